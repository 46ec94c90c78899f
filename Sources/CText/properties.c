#include "CText.h"
#include "libraries.h"
#include <unicode/uscript.h>

int32_t text_script(uint32_t scalar) {
  UErrorCode status = U_ZERO_ERROR;
  UScriptCode script = uscript_getScript((UChar32)scalar, &status);
  return U_SUCCESS(status) ? script : USCRIPT_UNKNOWN;
}

const char *text_script_name(int32_t script) { return uscript_getName((UScriptCode)script); }
