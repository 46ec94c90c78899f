#define _GNU_SOURCE
#include "CText.h"
#include <string.h>

int64_t text_last_line_feed(const uint8_t *bytes, int64_t count) {
#if defined(__GLIBC__)
  const uint8_t *found = count > 0 ? memrchr(bytes, '\n', (size_t)count) : NULL;
  return found == NULL ? -1 : found - bytes;
#else
  while (count > 0 && bytes[count - 1] != '\n') count--;
  return count - 1;
#endif
}

int64_t text_find(const uint8_t *bytes, int64_t count, const uint8_t *wanted, int64_t wanted_count) {
  const uint8_t *found = memmem(bytes, (size_t)count, wanted, (size_t)wanted_count);
  return found == NULL ? -1 : found - bytes;
}
