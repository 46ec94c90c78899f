// Memory for weights.
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "inference.h"

#define PAGE ((size_t)2 << 20)  // a large page

void *ck_allocate(size_t size) {
  void *memory;
  if (posix_memalign(&memory, size >= PAGE ? PAGE : 64, size > 0 ? size : 64) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
  // With small pages, a walk through many megabytes for each token misses in the table of pages all the time.
  if (size >= PAGE) madvise(memory, size, MADV_HUGEPAGE);
#endif
  return memset(memory, 0, size);
}
