#include "COracles.h"
#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

struct oracle_words {
  UBreakIterator *iterator;
  UChar *units;
  int32_t capacity;
};

static bool reserve(oracle_words *words, int64_t count) {
  if (count <= words->capacity) return true;
  UChar *units = count <= INT32_MAX / 2 ? realloc(words->units, 2 * (size_t)count * sizeof *units) : NULL;
  if (units == NULL) return false;
  words->units = units;
  words->capacity = 2 * (int32_t)count;
  return true;
}

/// Whether ICU's word rules name a scalar as one for dictionaries.
static bool is_for_dictionaries(UChar32 scalar, UScriptCode script) {
  switch (script) {
  case USCRIPT_HAN:
  case USCRIPT_HANGUL:
  case USCRIPT_HIRAGANA:
  case USCRIPT_KATAKANA: return true;
  default:
    return u_getIntPropertyValue(scalar, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT ||
           u_getIntPropertyValue(scalar, UCHAR_WORD_BREAK) == U_WB_KATAKANA;
  }
}

/// Shows each scalar of a dictionary to ICU, twice, those that scripts share after the others.
static bool load_dictionaries(oracle_words *words) {
  UErrorCode status = U_ZERO_ERROR;
  enum { LONGEST_SAMPLE = 5 };
  if (!reserve(words, 0x40000 * LONGEST_SAMPLE)) return false;
  int32_t count = 0;
  for (int32_t shared = 0; shared <= 1; shared++) {
    for (UChar32 scalar = 0; scalar <= 0x10FFFF; scalar++) {
      UScriptCode script = uscript_getScript(scalar, &status);
      bool is_shared = script == USCRIPT_COMMON || script == USCRIPT_INHERITED;
      if (is_shared != shared || !is_for_dictionaries(scalar, script)) continue;
      if (count > words->capacity - LONGEST_SAMPLE) return false;
      U16_APPEND_UNSAFE(words->units, count, scalar);
      U16_APPEND_UNSAFE(words->units, count, scalar);
      words->units[count++] = ' ';
    }
  }
  ubrk_setText(words->iterator, words->units, count, &status);
  while (U_SUCCESS(status) && ubrk_next(words->iterator) != UBRK_DONE) continue;
  return U_SUCCESS(status);
}

oracle_words *oracle_words_open(const char *locale) {
  UErrorCode status = U_ZERO_ERROR;
  oracle_words *words = calloc(1, sizeof *words);
  if (words == NULL) return NULL;
  words->iterator = ubrk_open(UBRK_WORD, locale, NULL, 0, &status);
  if (U_SUCCESS(status) && load_dictionaries(words)) return words;
  oracle_words_close(words);
  return NULL;
}

void oracle_words_close(oracle_words *words) {
  if (words->iterator != NULL) ubrk_close(words->iterator);
  free(words->units);
  free(words);
}

int64_t oracle_icu_words(
    oracle_words *words, const uint8_t *text, int64_t count, int64_t *ends, int32_t *statuses, int64_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t unit_count = 0;
  if (!reserve(words, count)) return -1;
  u_strFromUTF8(words->units, words->capacity, &unit_count, (const char *)text, (int32_t)count, &status);
  ubrk_setText(words->iterator, words->units, unit_count, &status);
  if (U_FAILURE(status)) return -1;
  int64_t found = 0, bytes = 0;
  int32_t unit = 0;
  for (int32_t end = ubrk_next(words->iterator); end != UBRK_DONE; end = ubrk_next(words->iterator)) {
    if (found == capacity) return -1;
    while (unit < end) {
      UChar32 scalar;
      U16_NEXT(words->units, unit, unit_count, scalar);
      bytes += U8_LENGTH(scalar);
    }
    ends[found] = bytes;
    statuses[found] = ubrk_getRuleStatus(words->iterator);
    found++;
  }
  return found;
}
