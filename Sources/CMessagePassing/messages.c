// Messages between the processes of a job. Empty without the trait MPI.
#ifdef LONGHAND_MPI

#if !__has_include(<mpi.h>)
#error "Open MPI's headers not found: apt-get install libopenmpi-dev (macOS: brew install open-mpi), or build without --traits MPI"
#endif

#define _GNU_SOURCE
#include "CMessagePassing.h"

#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int is_ending;

// Who ends while others wait for a message would have them wait for ever.
static void leave(void) {
  if (is_ending) {
    MPI_Finalize();
  } else {
    MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
  }
}

void cmp_join(void) {
  int level;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
  atexit(leave);
}

void cmp_end(void) { is_ending = 1; }

int cmp_rank(void) {
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

int cmp_count(void) {
  int count;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

int cmp_count_on_machine(void) {
  MPI_Comm machine;
  int count;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &count);
  MPI_Comm_free(&machine);
  return count;
}

int cmp_processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

void cmp_rest(size_t looks) {
  if (looks < 100) return;
  if (looks < 20000) {
    sched_yield();
  } else {
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
  }
}

// MPI's own way to wait takes a processor for as long as it takes the others.
static void await(MPI_Request *request) {
  int done = 0;
  for (size_t looks = 0; !done; looks++) {
    MPI_Test(request, &done, MPI_STATUS_IGNORE);
    if (!done) cmp_rest(looks);
  }
}

void cmp_gather(const double *mine, size_t count, double *all) {
  MPI_Request request;
  MPI_Iallgather(mine, (int)count, MPI_DOUBLE, all, (int)count, MPI_DOUBLE, MPI_COMM_WORLD, &request);
  await(&request);
}

void cmp_broadcast(uint8_t *bytes, size_t count, int from) {
  MPI_Request request;
  MPI_Ibcast(bytes, (int)count, MPI_BYTE, from, MPI_COMM_WORLD, &request);
  await(&request);
}

static MPI_Request *requests;
static long request_count;

static long free_request(void) {
  for (long r = 0; r < request_count; r++) {
    if (requests[r] == MPI_REQUEST_NULL) return r;
  }
  const long count = request_count + 16;
  MPI_Request *more = realloc(requests, (size_t)count * sizeof *more);
  if (!more) MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
  for (long r = request_count; r < count; r++) more[r] = MPI_REQUEST_NULL;
  requests = more;
  const long first = request_count;
  request_count = count;
  return first;
}

long cmp_send(const float *values, size_t count, int to) {
  const long r = free_request();
  MPI_Isend(values, (int)count, MPI_FLOAT, to, 0, MPI_COMM_WORLD, &requests[r]);
  return r;
}

long cmp_receive(float *values, size_t count, int from) {
  const long r = free_request();
  MPI_Irecv(values, (int)count, MPI_FLOAT, from, 0, MPI_COMM_WORLD, &requests[r]);
  return r;
}

int cmp_is_done(long request) {
  int done;
  MPI_Test(&requests[request], &done, MPI_STATUS_IGNORE);
  return done;
}

#endif
