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

int64_t text_count_line_feeds(const uint8_t *bytes, int64_t count) {
  int64_t total = 0;
  for (int64_t start = 0; start < count;) {
    // Counts in bytes, as many lanes as the machine has, are added up before one of them can overflow.
    int64_t end = count - start < 16 * 255 ? count : start + 16 * 255;
    uint8_t lanes[16] = {0};
    for (; start + 16 <= end; start += 16)
      for (int lane = 0; lane < 16; lane++) lanes[lane] += bytes[start + lane] == '\n';
    for (int lane = 0; lane < 16; lane++) total += lanes[lane];
    for (; start < end; start++) total += bytes[start] == '\n';
  }
  return total;
}

int64_t text_find(const uint8_t *bytes, int64_t count, const uint8_t *wanted, int64_t wanted_count) {
  const uint8_t *found = memmem(bytes, (size_t)count, wanted, (size_t)wanted_count);
  return found == NULL ? -1 : found - bytes;
}
