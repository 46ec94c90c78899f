#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stddef.h>

/// How many times the calling thread has asked for memory; -1 where that cannot be counted.
long allocation_count(void);

#endif
