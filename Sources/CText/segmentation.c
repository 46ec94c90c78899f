#include "CText.h"
#include "libraries.h"

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
  // What a form takes out, such as U+00AD, may leave white space at the end.
  return !u_isUWhiteSpace((UChar32)scalar) && utf8proc_grapheme_break((utf8proc_int32_t)scalar, ' ') &&
         !u_hasBinaryProperty((UChar32)scalar, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool text_may_part(uint32_t left, uint32_t right) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&status);
  return utf8proc_grapheme_break((utf8proc_int32_t)left, (utf8proc_int32_t)right) && U_SUCCESS(status) &&
         unorm2_hasBoundaryBefore(normalizer, (UChar32)right);
}
