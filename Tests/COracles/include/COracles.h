#ifndef CORACLES_H
#define CORACLES_H

#include <stdbool.h>
#include <stdint.h>

/// Whole calls of ICU and utf8proc, by which the tests judge what Longhand computes itself.
///
/// Text is valid UTF-8. Functions that write text give its length, or -1 where the library refuses or the room is short.

// normalization.c

enum oracle_form { ORACLE_NFC, ORACLE_NFD, ORACLE_NFKC, ORACLE_NFKD, ORACLE_NFKC_CASEFOLD };

int64_t oracle_icu_normalize(
    enum oracle_form form, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity);

/// Of the forms, all but NFKC_Casefold.
int64_t oracle_utf8proc_normalize(
    enum oracle_form form, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity);

bool oracle_icu_has_boundary_before(enum oracle_form form, uint32_t scalar);

/// The full case folding of the whole text as it stands.
int64_t oracle_icu_casefold(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity);

/// The full case folding, scalar by scalar.
int64_t oracle_utf8proc_casefold(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity);

/// The full lower-case mapping of each scalar by itself.
int64_t oracle_icu_lowercase(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity);

// graphemes.c

/// Writes the end of each grapheme cluster and gives their number, or -1.
int64_t oracle_icu_graphemes(const uint8_t *text, int64_t count, int64_t *ends, int64_t capacity);
int64_t oracle_utf8proc_graphemes(const uint8_t *text, int64_t count, int64_t *ends, int64_t capacity);

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
