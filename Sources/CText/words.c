#include "CText.h"
#include "libraries.h"
#include <stdlib.h>
#include <string.h>
#include <unicode/ucptrie.h>
#include <unicode/ures.h>
#include <unicode/uscript.h>

/// The start of ICU's compiled rules in their format 6: where the parts are, in bytes.
struct compiled_rules {
  uint32_t magic;
  uint8_t format[4];
  uint32_t length, classes, forward, forward_length, backward, backward_length, trie, trie_length, source,
      source_length, statuses, statuses_length;
};

/// The start of the forward automaton, whose rows follow: accepting, look-ahead, status, the next state by class.
struct automaton {
  uint32_t states, row_length, first_dictionary_class, look_aheads, flags;
};

enum {
  RULES_MAGIC = 0xB1A0,
  RULES_FORMAT = 6,
  /// The row starts with a pseudo-scalar before the text.
  NEEDS_START_OF_TEXT = 2,
  HAS_ROWS_OF_BYTES = 4,
  ROW_HEAD = 3,
  END_OF_TEXT = 1,
  FIRST_STATE = 1,
};

struct text_words {
  UBreakIterator *iterator;
  bool has_dictionaries;
  /// The compiled rules, NULL when they have a form that is not known here.
  struct compiled_rules *rules;
  const struct automaton *automaton;
  UCPTrie *trie;
  bool dictionary_classes[256];
};

static const uint8_t *part(const text_words *words, uint32_t offset) { return (const uint8_t *)words->rules + offset; }

/// One cell of the automaton.
static uint32_t cell(const text_words *words, uint32_t state, uint32_t column) {
  const uint8_t *row = (const uint8_t *)(words->automaton + 1) + state * words->automaton->row_length;
  return words->automaton->flags & HAS_ROWS_OF_BYTES ? row[column] : ((const uint16_t *)row)[column];
}

/// Whether a part lies within the rules.
static bool holds(const struct compiled_rules *rules, uint32_t offset, uint32_t length) {
  return offset % sizeof(uint32_t) == 0 && offset <= rules->length && length <= rules->length - offset;
}

/// Whether the automaton is one that is read from left to right, without look-ahead, each cell of which makes sense.
static bool is_plain(const text_words *words) {
  const struct automaton *automaton = words->automaton;
  uint32_t cell_size = automaton->flags & HAS_ROWS_OF_BYTES ? 1 : 2;
  uint64_t size = sizeof *automaton + (uint64_t)automaton->states * automaton->row_length;
  if (automaton->flags & NEEDS_START_OF_TEXT || automaton->states <= FIRST_STATE || words->rules->classes > 256 ||
      automaton->row_length < (ROW_HEAD + words->rules->classes) * cell_size ||
      words->rules->forward_length < size) {
    return false;
  }
  const uint32_t *statuses = (const uint32_t *)part(words, words->rules->statuses);
  uint32_t status_count = words->rules->statuses_length / sizeof *statuses;
  for (uint32_t state = 0; state < automaton->states; state++) {
    uint32_t status = cell(words, state, 2);
    if (cell(words, state, 0) > 1 || cell(words, state, 1) != 0) return false;
    if (status >= status_count || statuses[status] >= status_count - status) return false;
    if (cell(words, state, ROW_HEAD + END_OF_TEXT) != 0) return false;
    for (uint32_t class = 0; class < words->rules->classes; class++) {
      if (cell(words, state, ROW_HEAD + class) >= automaton->states) return false;
    }
  }
  return true;
}

/// Reads the rules that ICU has compiled; false when their form is not known here.
static bool read_rules(text_words *words) {
  UErrorCode status = U_ZERO_ERROR;
  int32_t length = ubrk_getBinaryRules(words->iterator, NULL, 0, &status);
  if (U_FAILURE(status) && status != U_BUFFER_OVERFLOW_ERROR) return false;
  if (length < (int32_t)sizeof(struct compiled_rules)) return false;
  struct compiled_rules *rules = words->rules = malloc((size_t)length);
  if (rules == NULL) return false;
  status = U_ZERO_ERROR;
  ubrk_getBinaryRules(words->iterator, (uint8_t *)rules, length, &status);
  if (U_FAILURE(status) || rules->magic != RULES_MAGIC || rules->format[0] != RULES_FORMAT ||
      rules->length > (uint32_t)length || rules->forward_length < sizeof(struct automaton) ||
      !holds(rules, rules->forward, rules->forward_length) || !holds(rules, rules->trie, rules->trie_length) ||
      !holds(rules, rules->statuses, rules->statuses_length)) {
    return false;
  }
  words->automaton = (const struct automaton *)part(words, rules->forward);
  if (!is_plain(words)) return false;
  words->trie = ucptrie_openFromBinary(UCPTRIE_TYPE_ANY, UCPTRIE_VALUE_BITS_ANY, part(words, rules->trie),
                                       (int32_t)rules->trie_length, NULL, &status);
  return U_SUCCESS(status);
}

/// Notes the scripts that a table of ICU's break iteration names; ICU need not have the table.
static void read_scripts(const UResourceBundle *bundle, const char *table, bool scripts[USCRIPT_CODE_LIMIT]) {
  UErrorCode status = U_ZERO_ERROR;
  UResourceBundle *names = ures_getByKey(bundle, table, NULL, &status);
  while (U_SUCCESS(status) && ures_hasNext(names)) {
    const char *name = NULL;
    ures_getNextString(names, NULL, &name, &status);
    int32_t script = name == NULL ? -1 : u_getPropertyValueEnum(UCHAR_SCRIPT, name);
    if (script >= 0 && script < USCRIPT_CODE_LIMIT) scripts[script] = true;
  }
  ures_close(names);
}

/// Notes which classes hold a scalar that a dictionary may be asked about: Hangul is among the classes that the rules have
/// for dictionaries, but ICU has none for it. False when a scalar has a class that the rules do not have.
static bool find_dictionary_classes(text_words *words) {
  UErrorCode status = U_ZERO_ERROR;
  // A scalar that several scripts share may stand within another's word.
  bool scripts[USCRIPT_CODE_LIMIT] = {[USCRIPT_COMMON] = true, [USCRIPT_INHERITED] = true};
  UResourceBundle *bundle = ures_open(U_ICUDATA_NAME "-brkitr", "", &status);
  if (U_SUCCESS(status)) {
    read_scripts(bundle, "dictionaries", scripts);
    read_scripts(bundle, "lstm", scripts);
  } else {
    memset(scripts, true, sizeof scripts);
    status = U_ZERO_ERROR;
  }
  ures_close(bundle);
  uint32_t first = words->automaton->first_dictionary_class;
  uint32_t class = 0;
  for (UChar32 start = 0, end; start <= 0x10FFFF; start = end + 1) {
    end = ucptrie_getRange(words->trie, start, UCPMAP_RANGE_NORMAL, 0, NULL, NULL, &class);
    if (class >= words->rules->classes) return false;
    for (UChar32 scalar = start; class >= first && !words->dictionary_classes[class] && scalar <= end; scalar++) {
      UScriptCode script = uscript_getScript(scalar, &status);
      words->dictionary_classes[class] = U_FAILURE(status) || script < 0 || scripts[script];
    }
  }
  return true;
}

text_words *text_words_open(const char *locale) {
  UErrorCode status = U_ZERO_ERROR;
  text_words *words = calloc(1, sizeof *words);
  if (words == NULL) return NULL;
  words->iterator = ubrk_open(UBRK_WORD, locale, NULL, 0, &status);
  if (U_FAILURE(status)) {
    text_words_close(words);
    return NULL;
  }
  if (!read_rules(words) || !find_dictionary_classes(words)) {
    free(words->rules);
    words->rules = NULL;
  }
  return words;
}

void text_words_close(text_words *words) {
  if (words->iterator != NULL) ubrk_close(words->iterator);
  if (words->trie != NULL) ucptrie_close(words->trie);
  free(words->rules);
  free(words);
}

int32_t text_words_states(const text_words *words) {
  return words->rules == NULL ? 0 : (int32_t)words->automaton->states;
}

int32_t text_words_classes(const text_words *words) { return words->rules == NULL ? 0 : (int32_t)words->rules->classes; }

int32_t text_words_next_state(const text_words *words, int32_t state, int32_t class) {
  return (int32_t)cell(words, (uint32_t)state, ROW_HEAD + (uint32_t)class);
}

int32_t text_words_status(const text_words *words, int32_t state) {
  if (cell(words, (uint32_t)state, 0) == 0) return -1;
  const int32_t *statuses = (const int32_t *)part(words, words->rules->statuses) + cell(words, (uint32_t)state, 2);
  return statuses[statuses[0]];
}

int32_t text_words_class(const text_words *words, uint32_t first, uint32_t *last) {
  uint32_t class = 0;
  UChar32 end = ucptrie_getRange(words->trie, (UChar32)first, UCPMAP_RANGE_NORMAL, 0, NULL, NULL, &class);
  *last = end < 0 ? first : (uint32_t)end;
  return (int32_t)class;
}

bool text_words_uses_dictionary(const text_words *words, int32_t class) { return words->dictionary_classes[class]; }

/// Has ICU load each dictionary that it has. It does so when it meets a script, and until then divides a word that begins
/// with a sign of several scripts (U+30FC) otherwise: what came before must not matter.
static void load_dictionaries(text_words *words) {
  UErrorCode status = U_ZERO_ERROR;
  enum { LONGEST_SAMPLE = 5, CAPACITY = USCRIPT_CODE_LIMIT * LONGEST_SAMPLE };
  UChar samples[CAPACITY];
  int32_t count = 0;
  // Two scalars of each script make a word that is looked up; what scripts share belongs to none of them.
  bool is_shown[USCRIPT_CODE_LIMIT] = {[USCRIPT_COMMON] = true, [USCRIPT_INHERITED] = true};
  uint32_t class = 0;
  for (UChar32 start = 0, end; start <= 0x10FFFF; start = end + 1) {
    end = ucptrie_getRange(words->trie, start, UCPMAP_RANGE_NORMAL, 0, NULL, NULL, &class);
    for (UChar32 scalar = start; words->dictionary_classes[class] && scalar <= end; scalar++) {
      UScriptCode script = uscript_getScript(scalar, &status);
      if (U_FAILURE(status) || script < 0 || is_shown[script]) continue;
      is_shown[script] = true;
      U16_APPEND_UNSAFE(samples, count, scalar);
      U16_APPEND_UNSAFE(samples, count, scalar);
      samples[count++] = ' ';
    }
  }
  ubrk_setText(words->iterator, samples, count, &status);
  while (U_SUCCESS(status) && ubrk_next(words->iterator) != UBRK_DONE) continue;
}

bool text_words_begin(text_words *words, const uint16_t *text, int32_t count) {
  UErrorCode status = U_ZERO_ERROR;
  if (words->rules != NULL && !words->has_dictionaries) {
    load_dictionaries(words);
    words->has_dictionaries = true;
  }
  ubrk_setText(words->iterator, (const UChar *)text, count, &status);
  return U_SUCCESS(status);
}

int32_t text_words_next(text_words *words, int32_t ends[], int32_t statuses[], int32_t capacity) {
  int32_t count = 0;
  while (count < capacity) {
    int32_t end = ubrk_next(words->iterator);
    if (end == UBRK_DONE) break;
    ends[count] = end;
    statuses[count] = ubrk_getRuleStatus(words->iterator);
    count++;
  }
  return count;
}
