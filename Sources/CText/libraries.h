// The headers of ICU and utf8proc, which Swift never sees: ICU's clash with those of Foundation's own copy.

#if !__has_include(<unicode/utypes.h>)
#error "ICU headers not found: apt-get install libicu-dev (macOS: brew install icu4c)"
#endif
#if !__has_include(<utf8proc.h>)
#error "utf8proc.h not found: apt-get install libutf8proc-dev (macOS: brew install utf8proc)"
#endif

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <utf8proc.h>
