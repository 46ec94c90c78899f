#include "COracles.h"
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <utf8proc.h>

/// Makes UTF-16 of UTF-8, in memory that the caller frees; NULL where that fails.
static UChar *to_utf16(const uint8_t *text, int64_t count, int32_t *length) {
  UErrorCode status = U_ZERO_ERROR;
  UChar *units = malloc((size_t)(count + 1) * sizeof *units);
  if (units == NULL || count > INT32_MAX / 4) return NULL;
  u_strFromUTF8(units, (int32_t)count + 1, length, (const char *)text, (int32_t)count, &status);
  if (U_SUCCESS(status)) return units;
  free(units);
  return NULL;
}

static int64_t to_utf8(const UChar *units, int32_t length, uint8_t *result, int64_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t count = 0;
  u_strToUTF8((char *)result, (int32_t)capacity, &count, units, length, &status);
  return U_SUCCESS(status) ? count : -1;
}

static const UNormalizer2 *icu_normalizer(enum oracle_form form) {
  UErrorCode status = U_ZERO_ERROR;
  switch (form) {
  case ORACLE_NFC: return unorm2_getNFCInstance(&status);
  case ORACLE_NFD: return unorm2_getNFDInstance(&status);
  case ORACLE_NFKC: return unorm2_getNFKCInstance(&status);
  case ORACLE_NFKD: return unorm2_getNFKDInstance(&status);
  case ORACLE_NFKC_CASEFOLD: return unorm2_getNFKCCasefoldInstance(&status);
  }
  return NULL;
}

bool oracle_icu_has_boundary_before(enum oracle_form form, uint32_t scalar) {
  return unorm2_hasBoundaryBefore(icu_normalizer(form), (UChar32)scalar);
}

/// Maps the UTF-16 of a text with room for so many units and gives the result in UTF-8.
typedef int32_t unit_mapping(
    const void *context, const UChar *units, int32_t length, UChar *mapped, int32_t room, UErrorCode *status);

static int64_t map_units(
    unit_mapping *mapping, const void *context, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = 0;
  UChar *units = to_utf16(text, count, &length);
  if (units == NULL) return -1;
  UChar *mapped = malloc((size_t)(capacity + 1) * sizeof *mapped);
  int64_t written = -1;
  if (mapped != NULL) {
    int32_t mapped_length = mapping(context, units, length, mapped, (int32_t)capacity + 1, &status);
    if (U_SUCCESS(status)) written = to_utf8(mapped, mapped_length, result, capacity);
  }
  free(mapped);
  free(units);
  return written;
}

static int32_t normalize_units(
    const void *context, const UChar *units, int32_t length, UChar *mapped, int32_t room, UErrorCode *status) {
  return unorm2_normalize(context, units, length, mapped, room, status);
}

static int32_t fold_units(
    const void *context, const UChar *units, int32_t length, UChar *mapped, int32_t room, UErrorCode *status) {
  (void)context;
  return u_strFoldCase(mapped, room, units, length, U_FOLD_CASE_DEFAULT, status);
}

static int32_t lowercase_units(
    const void *context, const UChar *units, int32_t length, UChar *mapped, int32_t room, UErrorCode *status) {
  (void)context;
  int32_t written = 0;
  for (int32_t start = 0; start < length && U_SUCCESS(*status);) {
    int32_t end = start;
    U16_FWD_1(units, end, length);
    written += u_strToLower(mapped + written, room - written, units + start, end - start, "", status);
    start = end;
  }
  return written;
}

int64_t oracle_icu_normalize(
    enum oracle_form form, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  return map_units(normalize_units, icu_normalizer(form), text, count, result, capacity);
}

int64_t oracle_icu_casefold(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  return map_units(fold_units, NULL, text, count, result, capacity);
}

int64_t oracle_icu_lowercase(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  return map_units(lowercase_units, NULL, text, count, result, capacity);
}

static int64_t map_utf8(
    utf8proc_option_t options, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  utf8proc_uint8_t *mapped = NULL;
  utf8proc_ssize_t written = utf8proc_map(text, count, &mapped, options);
  if (written < 0) return -1;
  if (written <= capacity) memcpy(result, mapped, (size_t)written);
  free(mapped);
  return written <= capacity ? written : -1;
}

int64_t oracle_utf8proc_normalize(
    enum oracle_form form, const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  switch (form) {
  case ORACLE_NFC: return map_utf8(UTF8PROC_STABLE | UTF8PROC_COMPOSE, text, count, result, capacity);
  case ORACLE_NFD: return map_utf8(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, text, count, result, capacity);
  case ORACLE_NFKC:
    return map_utf8(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE, text, count, result, capacity);
  case ORACLE_NFKD:
    return map_utf8(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, text, count, result, capacity);
  case ORACLE_NFKC_CASEFOLD: break;
  }
  return -1;
}

int64_t oracle_utf8proc_casefold(const uint8_t *text, int64_t count, uint8_t *result, int64_t capacity) {
  return map_utf8(UTF8PROC_CASEFOLD, text, count, result, capacity);
}
