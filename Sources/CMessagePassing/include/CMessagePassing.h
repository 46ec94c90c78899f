// Messages between the processes of a job, over MPI, in plain types. All of it belongs to one thread of a process.
#ifndef CMESSAGEPASSING_H
#define CMESSAGEPASSING_H

#include <stddef.h>
#include <stdint.h>

/// Joins the job that this process was started for.
///
/// A process that exits without `cmp_end` before it ends the whole job.
void cmp_join(void);
/// The number of this process, from 0.
int cmp_rank(void);
/// How many processes the job has.
int cmp_count(void);
/// How many of them run on this machine.
int cmp_count_on_machine(void);
/// The processors that this process may use.
int cmp_processors(void);
/// Says that the processes are about to end, all of them.
void cmp_end(void);

/// Every process's `count` numbers, in the order of the processes.
void cmp_gather(const double *mine, size_t count, double *all);
/// The bytes of one process, to all others.
void cmp_broadcast(uint8_t *bytes, size_t count, int from);

/// Starts to send numbers, which must stay as they are, and returns the number of the request.
long cmp_send(const float *values, size_t count, int to);
/// Starts to receive numbers, of which a process's arrive in the order in which it sent them.
long cmp_receive(float *values, size_t count, int from);
/// Whether a request is done; if so, its number may be given to another.
int cmp_is_done(long request);
/// Gives way to others while nothing has arrived for so many looks: not at all at first, then more and more.
void cmp_rest(size_t looks);

#endif
