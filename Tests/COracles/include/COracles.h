#ifndef CORACLES_H
#define CORACLES_H

#include <stdbool.h>
#include <stdint.h>

/// Whole calls of ICU and utf8proc, by which the tests judge what Longhand computes itself.
///
/// Text is valid UTF-8. Functions that write text give its length, or -1 where the library refuses or the room is short.

// words.c

/// ICU's word break iterator for a locale, after it has loaded all its dictionaries; NULL where ICU refuses.
typedef struct oracle_words oracle_words;
oracle_words *oracle_words_open(const char *locale);
void oracle_words_close(oracle_words *words);

/// Divides a text, which ICU sees in UTF-16; writes the segments' ends in bytes and their rule statuses, and gives their
/// number, or -1.
int64_t oracle_icu_words(
    oracle_words *words, const uint8_t *text, int64_t count, int64_t *ends, int32_t *statuses, int64_t capacity);

#endif
