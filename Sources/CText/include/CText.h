#ifndef CTEXT_H
#define CTEXT_H

#include <stdbool.h>
#include <stdint.h>

/// What Longhand asks of ICU and utf8proc, in plain types: a scalar is a Unicode scalar value, text is valid UTF-8.

// Normalization, one scalar at a time (UAX #15).

enum text_form { TEXT_NONE, TEXT_NFC, TEXT_NFD, TEXT_NFKC, TEXT_NFKD, TEXT_NFKC_CASEFOLD };

/// Properties that a few scalars have.
enum text_property {
  /// A canonical combining class other than 0.
  TEXT_HAS_CLASS,
  /// Composes with what may stand before it (NFC_Quick_Check=Maybe).
  TEXT_COMPOSES_BACKWARD,
  TEXT_DECOMPOSES,
  TEXT_DECOMPOSES_COMPATIBLY,
  TEXT_CASEFOLDS_COMPATIBLY,
  /// Some case mapping changes it, or what it decomposes into.
  TEXT_HAS_CASE
};

/// Writes the ranges of scalars with a property, the first and last of each in turn, as far as there is room for so
/// many ranges; gives the number of all.
int32_t text_property_ranges(enum text_property property, uint32_t ranges[], int32_t capacity);

uint8_t text_combining_class(uint32_t scalar);

/// The most scalars that one scalar decomposes into or is mapped to.
enum { TEXT_LONGEST_DECOMPOSITION = 32 };

/// Writes the full decomposition, after case folding where the form asks for it, and gives its count.
int32_t text_decompose(enum text_form form, uint32_t scalar, uint32_t decomposition[]);

/// Whether two scalars compose to this one; Hangul syllables, which are computed, are left out.
bool text_composed_pair(uint32_t scalar, uint32_t pair[2]);

/// Writes the full lower-case mapping without regard to context, and gives its count.
int32_t text_lowercase(uint32_t scalar, uint32_t mapping[]);

/// Writes the full case folding (CaseFolding.txt, C and F), and gives its count.
int32_t text_casefold(uint32_t scalar, uint32_t mapping[]);

// Bytes.

/// The index of the last such byte, or -1.
int64_t text_last_byte(uint8_t byte, const uint8_t *bytes, int64_t count);

/// How often U+000A occurs.
int64_t text_count_line_feeds(const uint8_t *bytes, int64_t count);

/// The index where a byte string that is not empty occurs first, or -1.
int64_t text_find(const uint8_t *bytes, int64_t count, const uint8_t *wanted, int64_t wanted_count);

// Properties.

/// The script of a scalar (UAX #24), as a number from 0 on.
int32_t text_script(uint32_t scalar);

/// The name of a script, such as "Latin", or NULL for no script's number.
const char *text_script_name(int32_t script);

// Segmentation (UAX #29).

/// The values of Grapheme_Cluster_Break, and Extended_Pictographic.
enum text_grapheme_class {
  TEXT_OTHER, TEXT_CR, TEXT_LF, TEXT_CONTROL, TEXT_EXTEND, TEXT_ZWJ, TEXT_REGIONAL_INDICATOR, TEXT_PREPEND,
  TEXT_SPACING_MARK, TEXT_L, TEXT_V, TEXT_T, TEXT_LV, TEXT_LVT, TEXT_PICTOGRAPHIC, TEXT_GRAPHEME_CLASSES
};

/// Writes the ranges of scalars of a class, as `text_property_ranges` does.
int32_t text_grapheme_ranges(enum text_grapheme_class class, uint32_t ranges[], int32_t capacity);

/// Whether a scalar that follows U+0020 always begins a word and a cluster anew, in each form, whatever comes after it.
bool text_starts_afresh(uint32_t scalar);

/// Whether a word and a cluster always end after a scalar that U+0020 follows: it is no white space, joins
/// nothing, and no form takes it out.
bool text_ends_word(uint32_t scalar);

/// Whether two neighbours are best parted if text must be cut at some place: no cluster, no composition is cut.
bool text_may_part(uint32_t left, uint32_t right);

// Words (UAX #29).

/// ICU's words in a locale; its functions are called by one thread at a time.
typedef struct text_words text_words;

/// Opens a locale's words ("root" for none), or gives NULL when ICU cannot.
text_words *text_words_open(const char *locale);
void text_words_close(text_words *words);

/// How many states the locale's rules have, as a finite automaton over classes of scalars that starts in state 1 at the
/// start of a segment; 0 when ICU's rules have a form that is not known here, and then only `text_words_begin` and
/// `text_words_next` may be called.
int32_t text_words_states(const text_words *words);
int32_t text_words_classes(const text_words *words);

/// The state after a scalar of a class; 0 when no segment goes on with it.
int32_t text_words_next_state(const text_words *words, int32_t state, int32_t class);

/// The rule status of a segment that ends in a state, or -1 when none may end there. The longest segment counts; where
/// there is none, it is one scalar with status 0.
int32_t text_words_status(const text_words *words, int32_t state);

/// The class of a scalar; `last` becomes the last scalar of the run of that class.
int32_t text_words_class(const text_words *words, uint32_t first, uint32_t *last);

/// Whether a segment of two scalars or more, one of them of this class, may be divided further, by a dictionary.
bool text_words_uses_dictionary(const text_words *words, int32_t class);

/// Signs of ASCII that locales treat differently: which are letters, which join two letters, and which two digits.
enum { TEXT_QUOTE = 1, TEXT_STOP = 2, TEXT_COLON = 4, TEXT_COMMA = 8, TEXT_SEMICOLON = 16, TEXT_AT = 32 };
typedef struct {
  uint8_t letters, between_letters, between_digits;
} text_ascii_signs;

/// Writes the boundaries after the one at `start` that the ASCII text from there on decides, by the rules of UAX #29 with
/// these signs, while there is room for 64 more, and counts them in `filled`; gives the last one, else `start`.
int64_t text_ascii_word_ends(const uint8_t *text, int64_t start, int64_t count, text_ascii_signs signs, int64_t ends[],
                             int32_t capacity, int32_t *filled);

/// Begins with a text in UTF-16, which must stay where it is until the last call of `text_words_next`; false when ICU
/// cannot.
bool text_words_begin(text_words *words, const uint16_t *text, int32_t count);

/// Writes the next segments' ends, as offsets in UTF-16, and their rule statuses; gives their number, below the capacity
/// at the end.
int32_t text_words_next(text_words *words, int32_t ends[], int32_t statuses[], int32_t capacity);

#endif
