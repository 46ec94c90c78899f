#define _GNU_SOURCE
#include "CText.h"
#include <string.h>

int64_t text_last_byte(uint8_t byte, const uint8_t *bytes, int64_t count) {
#if defined(__GLIBC__)
  const uint8_t *found = count > 0 ? memrchr(bytes, byte, (size_t)count) : NULL;
  return found == NULL ? -1 : found - bytes;
#else
  while (count > 0 && bytes[count - 1] != byte) count--;
  return count - 1;
#endif
}

/// Sixteen bytes in one register, wherever they stand.
typedef uint8_t lanes __attribute__((vector_size(16), aligned(1)));

int64_t text_count_line_feeds(const uint8_t *bytes, int64_t count) {
  int64_t total = 0, start = 0;
  while (start + 16 <= count) {
    // A lane counts in a byte, so it is added up before it can overflow. A comparison that holds gives -1.
    lanes found = {0};
    for (int round = 0; round < 255 && start + 16 <= count; round++, start += 16)
      found -= (lanes)(*(const lanes *)(bytes + start) == '\n');
    for (int lane = 0; lane < 16; lane++) total += found[lane];
  }
  for (; start < count; start++) total += bytes[start] == '\n';
  return total;
}

int64_t text_find(const uint8_t *bytes, int64_t count, const uint8_t *wanted, int64_t wanted_count) {
  const uint8_t *found = memmem(bytes, (size_t)count, wanted, (size_t)wanted_count);
  return found == NULL ? -1 : found - bytes;
}
