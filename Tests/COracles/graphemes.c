#include "COracles.h"
#include <unicode/ubrk.h>
#include <utf8proc.h>

int64_t oracle_icu_graphemes(const uint8_t *text, int64_t count, int64_t *ends, int64_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  static _Thread_local UBreakIterator *iterator;
  if (iterator == NULL) iterator = ubrk_open(UBRK_CHARACTER, "root", NULL, 0, &status);
  UText *units = utext_openUTF8(NULL, (const char *)text, count, &status);
  if (U_SUCCESS(status)) ubrk_setUText(iterator, units, &status);
  if (U_FAILURE(status)) return -1;
  int64_t found = 0;
  ubrk_first(iterator);
  for (int32_t end = ubrk_next(iterator); end != UBRK_DONE && found < capacity; end = ubrk_next(iterator)) {
    ends[found++] = end;
  }
  utext_close(units);
  return found;
}

int64_t oracle_utf8proc_graphemes(const uint8_t *text, int64_t count, int64_t *ends, int64_t capacity) {
  int64_t found = 0, index = 0;
  utf8proc_int32_t left = -1, state = 0;
  while (index < count && found < capacity) {
    utf8proc_int32_t right;
    utf8proc_ssize_t length = utf8proc_iterate(text + index, count - index, &right);
    if (length < 0) return -1;
    if (left >= 0 && utf8proc_grapheme_break_stateful(left, right, &state)) ends[found++] = index;
    left = right;
    index += length;
  }
  if (index > 0 && found < capacity) ends[found++] = index;
  return found;
}
