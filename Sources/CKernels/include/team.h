#ifndef CKERNELS_TEAM_H
#define CKERNELS_TEAM_H

#include <stddef.h>

/// Some threads that wait for work in a loop first and asleep later, so that a piece of a few microseconds is shared out.
struct ck_team;

/// A team of the calling thread and `threads` - 1 others; null when the system has no more threads.
struct ck_team *ck_team_create(size_t threads);
void ck_team_destroy(struct ck_team *team);

/// The threads of a team, 1 of none.
size_t ck_team_threads(const struct ck_team *team);

/// The members that the next piece of work should have: all, or 1 for a while after some of them came late.
size_t ck_team_enlist(struct ck_team *team);

/// Calls work(context, m) for each member m, 0 on the calling thread, and returns when all are done.
void ck_team_run(struct ck_team *team, void (*work)(void *context, size_t member), void *context);

/// Waits, within a piece of work, until every member has come to the same line.
void ck_team_meet(struct ck_team *team);

#endif
