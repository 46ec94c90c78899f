// Threads that share out pieces of work of a few microseconds.
#include "team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define PAUSE() __asm__ volatile("yield")
#else
#define PAUSE() ((void)0)
#endif

// A thread that waits looks without a break for so long, then gives way for so long, then sleeps. A token takes from three
// microseconds to a few hundred, with a pause in between for the choice of the next one. All in nanoseconds.
#define LOOKING 50000
#define YIELDING 200000

// Where others compute too, the system takes a member its processor for milliseconds, and the rest of the team stands and
// waits. After a wait of so long, and of more than half of the piece, the calling thread works alone for so long; not after
// a piece for which a member had to wake up, since that alone may take as long.
#define LATE 1000000
#define REST 50000000

struct member {
  struct ck_team *team;
  size_t number;
  pthread_t thread;
};

struct ck_team {
  size_t threads;
  void (*work)(void *, size_t);  // null when the members are to go
  void *context;
  int64_t start;  // of the piece in hand
  int64_t alone_until;
  // Both only ever grow, so a thread waits for a number to be reached.
  _Alignas(64) atomic_size_t pieces;    // pieces of work that were handed out
  _Alignas(64) atomic_size_t arrivals;  // times that a member came to a line
  _Alignas(64) atomic_size_t sleepers;
  atomic_int late;  // whether a member was, in the piece in hand
  pthread_mutex_t mutex;
  pthread_cond_t grown;
  struct member members[];
};

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

static int has_reached(atomic_size_t *counter, size_t number) {
  for (int look = 0; look < 100; look++) {
    if (atomic_load_explicit(counter, memory_order_acquire) >= number) return 1;
    PAUSE();
  }
  return 0;
}

static void sleep_until(struct ck_team *team, atomic_size_t *counter, size_t number) {
  pthread_mutex_lock(&team->mutex);
  // Either this thread sees the number that has grown, or the one that made it grow sees a sleeper.
  atomic_fetch_add(&team->sleepers, 1);
  while (atomic_load(counter) < number) pthread_cond_wait(&team->grown, &team->mutex);
  atomic_fetch_sub(&team->sleepers, 1);
  pthread_mutex_unlock(&team->mutex);
}

static void wait_for(struct ck_team *team, atomic_size_t *counter, size_t number) {
  if (has_reached(counter, number)) return;
  const int64_t start = nanoseconds();
  int64_t waited = 0;
  while (!has_reached(counter, number)) {
    waited = nanoseconds() - start;
    if (waited > LOOKING + YIELDING) {
      sleep_until(team, counter, number);
      break;
    }
    if (waited > LOOKING) sched_yield();
  }
  if (counter == &team->pieces) return;
  const int64_t end = nanoseconds();
  if (end - start > LATE && (end - start) * 2 > end - team->start) atomic_store(&team->late, 1);
}

static size_t grow(struct ck_team *team, atomic_size_t *counter) {
  const size_t number = atomic_fetch_add(counter, 1) + 1;
  if (atomic_load(&team->sleepers) > 0) {
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->grown);
    pthread_mutex_unlock(&team->mutex);
  }
  return number;
}

void ck_team_meet(struct ck_team *team) {
  const size_t number = grow(team, &team->arrivals);
  wait_for(team, &team->arrivals, (number + team->threads - 1) / team->threads * team->threads);
}

static void *serve(void *argument) {
  struct member *self = argument;
  struct ck_team *team = self->team;
  for (size_t piece = 1;; piece++) {
    wait_for(team, &team->pieces, piece);
    if (!team->work) return NULL;
    team->work(team->context, self->number);
    ck_team_meet(team);
  }
}

/// Ends the members that were started.
static void dismiss(struct ck_team *team, size_t started) {
  team->work = NULL;
  grow(team, &team->pieces);
  for (size_t m = 1; m < started; m++) pthread_join(team->members[m].thread, NULL);
  pthread_cond_destroy(&team->grown);
  pthread_mutex_destroy(&team->mutex);
  free(team);
}

struct ck_team *ck_team_create(size_t threads) {
  const size_t size = sizeof(struct ck_team) + threads * sizeof(struct member);
  struct ck_team *team = aligned_alloc(64, (size + 63) / 64 * 64);
  if (!team) return NULL;
  *team = (struct ck_team){.threads = threads};
  pthread_mutex_init(&team->mutex, NULL);
  pthread_cond_init(&team->grown, NULL);
  for (size_t m = 1; m < threads; m++) {
    team->members[m] = (struct member){.team = team, .number = m};
    if (pthread_create(&team->members[m].thread, NULL, serve, &team->members[m]) != 0) {
      dismiss(team, m);
      return NULL;
    }
  }
  return team;
}

void ck_team_destroy(struct ck_team *team) {
  if (team) dismiss(team, team->threads);
}

size_t ck_team_threads(const struct ck_team *team) { return team ? team->threads : 1; }

size_t ck_team_enlist(struct ck_team *team) {
  if (!team) return 1;
  if (team->alone_until == 0) return team->threads;
  if (nanoseconds() < team->alone_until) return 1;
  team->alone_until = 0;
  return team->threads;
}

void ck_team_run(struct ck_team *team, void (*work)(void *context, size_t member), void *context) {
  if (!team) {
    work(context, 0);
    return;
  }
  team->work = work;
  team->context = context;
  team->start = nanoseconds();
  const int wakes = atomic_load(&team->sleepers) > 0;
  grow(team, &team->pieces);
  work(context, 0);
  ck_team_meet(team);
  if (atomic_exchange(&team->late, 0) && !wakes) team->alone_until = nanoseconds() + REST;
}
