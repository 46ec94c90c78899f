#include "CText.h"
#include "libraries.h"

static int32_t ranges_of(
    UProperty property, int32_t value, bool is_complement, uint32_t ranges[], int32_t capacity) {
  UErrorCode status = U_ZERO_ERROR;
  USet *set = uset_openEmpty();
  uset_applyIntPropertyValue(set, property, value, &status);
  if (is_complement) uset_complement(set);
  int32_t count = U_SUCCESS(status) ? uset_getItemCount(set) : 0;
  for (int32_t i = 0; i < count && i < capacity; i++) {
    UChar32 first, last;
    uset_getItem(set, i, &first, &last, NULL, 0, &status);
    ranges[2 * i] = (uint32_t)first;
    ranges[2 * i + 1] = (uint32_t)last;
  }
  uset_close(set);
  return count;
}

int32_t text_property_ranges(enum text_property property, uint32_t ranges[], int32_t capacity) {
  switch (property) {
  case TEXT_HAS_CLASS: return ranges_of(UCHAR_CANONICAL_COMBINING_CLASS, 0, true, ranges, capacity);
  case TEXT_COMPOSES_BACKWARD: return ranges_of(UCHAR_NFC_QUICK_CHECK, UNORM_MAYBE, false, ranges, capacity);
  case TEXT_DECOMPOSES: return ranges_of(UCHAR_NFD_QUICK_CHECK, UNORM_NO, false, ranges, capacity);
  case TEXT_DECOMPOSES_COMPATIBLY: return ranges_of(UCHAR_NFKD_QUICK_CHECK, UNORM_NO, false, ranges, capacity);
  case TEXT_CASEFOLDS_COMPATIBLY: return ranges_of(UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED, 1, false, ranges, capacity);
  case TEXT_HAS_CASE: return ranges_of(UCHAR_CHANGES_WHEN_CASEMAPPED, 1, false, ranges, capacity);
  }
  return 0;
}

int32_t text_grapheme_ranges(enum text_grapheme_class class, uint32_t ranges[], int32_t capacity) {
  static const UGraphemeClusterBreak values[] = {
      [TEXT_OTHER] = U_GCB_OTHER,
      [TEXT_CR] = U_GCB_CR,
      [TEXT_LF] = U_GCB_LF,
      [TEXT_CONTROL] = U_GCB_CONTROL,
      [TEXT_EXTEND] = U_GCB_EXTEND,
      [TEXT_ZWJ] = U_GCB_ZWJ,
      [TEXT_REGIONAL_INDICATOR] = U_GCB_REGIONAL_INDICATOR,
      [TEXT_PREPEND] = U_GCB_PREPEND,
      [TEXT_SPACING_MARK] = U_GCB_SPACING_MARK,
      [TEXT_L] = U_GCB_L,
      [TEXT_V] = U_GCB_V,
      [TEXT_T] = U_GCB_T,
      [TEXT_LV] = U_GCB_LV,
      [TEXT_LVT] = U_GCB_LVT,
  };
  if (class == TEXT_PICTOGRAPHIC) return ranges_of(UCHAR_EXTENDED_PICTOGRAPHIC, 1, false, ranges, capacity);
  return ranges_of(UCHAR_GRAPHEME_CLUSTER_BREAK, (int32_t)values[class], false, ranges, capacity);
}
