#include "CText.h"
#include "libraries.h"

static const UNormalizer2 *normalizer(enum text_form form) {
  UErrorCode status = U_ZERO_ERROR;
  switch (form) {
  case TEXT_NFC: return unorm2_getNFCInstance(&status);
  case TEXT_NFD: return unorm2_getNFDInstance(&status);
  case TEXT_NFKC: return unorm2_getNFKCInstance(&status);
  case TEXT_NFKD: return unorm2_getNFKDInstance(&status);
  case TEXT_NFKC_CASEFOLD: return unorm2_getNFKCCasefoldInstance(&status);
  case TEXT_NONE: break;
  }
  return NULL;
}

static bool is_unchanged(const UNormalizer2 *normalizer, uint32_t scalar) {
  UErrorCode status = U_ZERO_ERROR;
  UChar units[2];
  int32_t count = 0;
  U16_APPEND_UNSAFE(units, count, scalar);
  return unorm2_quickCheck(normalizer, units, count, &status) == UNORM_YES && U_SUCCESS(status);
}

int32_t text_traits(enum text_form form, bool lowercase, uint32_t scalar) {
  int32_t traits = 0;
  if (form == TEXT_NONE) {
    traits = TEXT_BOUNDARY;
  } else {
    const UNormalizer2 *chosen = normalizer(form);
    traits = u_getCombiningClass((UChar32)scalar);
    if (chosen == NULL || !is_unchanged(chosen, scalar)) traits |= TEXT_CHANGES;
    if (chosen != NULL && unorm2_hasBoundaryBefore(chosen, (UChar32)scalar)) traits |= TEXT_BOUNDARY;
  }
  if (lowercase) {
    uint32_t mapping[TEXT_LONGEST_DECOMPOSITION];
    if (text_lowercase(scalar, mapping) != 1 || mapping[0] != scalar) traits |= TEXT_CHANGES;
  }
  return traits;
}

uint8_t text_combining_class(uint32_t scalar) {
  return (uint8_t)utf8proc_get_property((utf8proc_int32_t)scalar)->combining_class;
}

static utf8proc_option_t decomposition(enum text_form form) {
  switch (form) {
  case TEXT_NFKC:
  case TEXT_NFKD: return UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
  case TEXT_NFKC_CASEFOLD: return UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  default: return UTF8PROC_DECOMPOSE;
  }
}

int32_t text_decompose(enum text_form form, uint32_t scalar, uint32_t result[]) {
  // utf8proc ignores only the ignorable code points that are assigned.
  if (form == TEXT_NFKC_CASEFOLD && u_hasBinaryProperty((UChar32)scalar, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return 0;
  if (form != TEXT_NONE) {
    int state = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char(
        (utf8proc_int32_t)scalar, (utf8proc_int32_t *)result, TEXT_LONGEST_DECOMPOSITION, decomposition(form), &state);
    if (count >= 0 && count <= TEXT_LONGEST_DECOMPOSITION) return (int32_t)count;
  }
  result[0] = scalar;
  return 1;
}

int32_t text_compose(uint32_t scalars[], int32_t count) {
  utf8proc_ssize_t composed =
      utf8proc_normalize_utf32((utf8proc_int32_t *)scalars, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  return composed >= 0 ? (int32_t)composed : count;
}

int32_t text_lowercase(uint32_t scalar, uint32_t mapping[]) {
  UErrorCode status = U_ZERO_ERROR;
  UChar units[2], lower[TEXT_LONGEST_DECOMPOSITION];
  int32_t unit_count = 0;
  U16_APPEND_UNSAFE(units, unit_count, scalar);
  int32_t length = u_strToLower(lower, TEXT_LONGEST_DECOMPOSITION, units, unit_count, "", &status);
  if (U_FAILURE(status) || length > TEXT_LONGEST_DECOMPOSITION) {
    mapping[0] = scalar;
    return 1;
  }
  int32_t count = 0;
  for (int32_t i = 0; i < length;) {
    UChar32 mapped;
    U16_NEXT(lower, i, length, mapped);
    mapping[count++] = (uint32_t)mapped;
  }
  return count;
}
