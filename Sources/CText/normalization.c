#include "CText.h"
#include "libraries.h"

uint8_t text_combining_class(uint32_t scalar) {
  return (uint8_t)utf8proc_get_property((utf8proc_int32_t)scalar)->combining_class;
}

static int32_t decompose(uint32_t scalar, utf8proc_option_t options, uint32_t result[]) {
  int state = 0;
  utf8proc_ssize_t count = utf8proc_decompose_char(
      (utf8proc_int32_t)scalar, (utf8proc_int32_t *)result, TEXT_LONGEST_DECOMPOSITION, options, &state);
  if (count >= 0 && count <= TEXT_LONGEST_DECOMPOSITION) return (int32_t)count;
  result[0] = scalar;
  return 1;
}

int32_t text_decompose(enum text_form form, uint32_t scalar, uint32_t result[]) {
  switch (form) {
  case TEXT_NFC:
  case TEXT_NFD: return decompose(scalar, UTF8PROC_DECOMPOSE, result);
  case TEXT_NFKC:
  case TEXT_NFKD: return decompose(scalar, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, result);
  case TEXT_NFKC_CASEFOLD:
    // utf8proc knows only the ignorable code points that are assigned.
    if (u_hasBinaryProperty((UChar32)scalar, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return 0;
    return decompose(
        scalar, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, result);
  case TEXT_NONE: break;
  }
  result[0] = scalar;
  return 1;
}

/// The one scalar that so many canonically decomposed scalars compose to; false where they do not.
static bool compose(const uint32_t scalars[], int32_t count, uint32_t *composed) {
  utf8proc_int32_t buffer[TEXT_LONGEST_DECOMPOSITION];
  for (int32_t i = 0; i < count; i++) buffer[i] = (utf8proc_int32_t)scalars[i];
  if (utf8proc_normalize_utf32(buffer, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE) != 1) return false;
  *composed = (uint32_t)buffer[0];
  return true;
}

bool text_composed_pair(uint32_t scalar, uint32_t pair[2]) {
  uint32_t decomposition[TEXT_LONGEST_DECOMPOSITION], composed;
  int32_t count = decompose(scalar, UTF8PROC_DECOMPOSE, decomposition);
  if (count < 2 || !compose(decomposition, count, &composed) || composed != scalar) return false;
  pair[1] = decomposition[count - 1];
  return compose(decomposition, count - 1, &pair[0]);
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

int32_t text_casefold(uint32_t scalar, uint32_t mapping[]) {
  return decompose(scalar, UTF8PROC_CASEFOLD, mapping);
}
