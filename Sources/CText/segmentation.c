#include "CText.h"
#include "libraries.h"
#include <stdlib.h>

/// Whether a scalar is a letter or a digit that joins nothing before it.
static bool is_plain_letter(uint32_t scalar) {
  switch (utf8proc_category((utf8proc_int32_t)scalar)) {
  case UTF8PROC_CATEGORY_LU:
  case UTF8PROC_CATEGORY_LL:
  case UTF8PROC_CATEGORY_LO:
  case UTF8PROC_CATEGORY_ND:
    return utf8proc_grapheme_break(' ', (utf8proc_int32_t)scalar) &&
           !u_hasBinaryProperty((UChar32)scalar, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
  default: return false;
  }
}

bool text_starts_afresh(uint32_t scalar) {
  if (!is_plain_letter(scalar)) return false;
  uint32_t decomposition[TEXT_LONGEST_DECOMPOSITION];
  return text_decompose(TEXT_NFKD, scalar, decomposition) > 0 && is_plain_letter(decomposition[0]);
}

bool text_ends_word(uint32_t scalar) {
  return !u_isUWhiteSpace((UChar32)scalar) && utf8proc_grapheme_break((utf8proc_int32_t)scalar, ' ');
}

bool text_may_part(uint32_t left, uint32_t right) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&status);
  return utf8proc_grapheme_break((utf8proc_int32_t)left, (utf8proc_int32_t)right) && U_SUCCESS(status) &&
         unorm2_hasBoundaryBefore(normalizer, (UChar32)right);
}

struct text_words {
  UBreakIterator *iterator;
  UText text;
};

text_words *text_words_open(const char *locale) {
  UErrorCode status = U_ZERO_ERROR;
  text_words *words = calloc(1, sizeof *words);
  if (words == NULL) return NULL;
  words->text = (UText)UTEXT_INITIALIZER;
  words->iterator = ubrk_open(UBRK_WORD, locale, NULL, 0, &status);
  if (U_SUCCESS(status)) return words;
  text_words_close(words);
  return NULL;
}

void text_words_close(text_words *words) {
  if (words->iterator != NULL) ubrk_close(words->iterator);
  utext_close(&words->text);
  free(words);
}

bool text_words_begin(text_words *words, const uint8_t *text, int64_t count) {
  UErrorCode status = U_ZERO_ERROR;
  utext_openUTF8(&words->text, (const char *)text, count, &status);
  ubrk_setUText(words->iterator, &words->text, &status);
  if (U_FAILURE(status)) return false;
  ubrk_first(words->iterator);
  return true;
}

int32_t text_words_next(text_words *words, int32_t ends[], int32_t statuses[], int32_t capacity) {
  int32_t count = 0;
  while (count < capacity) {
    int32_t end = ubrk_next(words->iterator);
    if (end == UBRK_DONE) break;
    ends[count] = end;
    statuses[count] = ubrk_getRuleStatus(words->iterator);
    count++;
  }
  return count;
}
