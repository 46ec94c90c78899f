#include "CText.h"
#include <string.h>

// Word boundaries of ASCII by the arithmetic of bits: for 64 bytes at a time, each kind of byte becomes a set of 64 bits,
// and the rules of UAX #29 are shifts of these sets. No branch depends on where a word ends.

enum { WIDTH = 64, LANES = 16, PARTS = WIDTH / LANES };
typedef uint8_t lanes __attribute__((vector_size(LANES)));
typedef bool lane_bits __attribute__((ext_vector_type(LANES)));

struct block {
  lanes parts[PARTS];
};

/// The bytes from an index on; those beyond the end are not ASCII.
static inline struct block load(const uint8_t *text, int64_t index, int64_t count) {
  struct block block;
  if (count - index >= WIDTH) {
    memcpy(&block, text + index, WIDTH);
  } else {
    memset(&block, 0x80, WIDTH);
    memcpy(&block, text + index, (size_t)(count - index));
  }
  return block;
}

/// The bytes of a block that are `first` or one of the `count` - 1 after it.
static inline uint64_t find(struct block block, uint8_t first, uint8_t count) {
  uint64_t found = 0;
  for (int32_t i = 0; i < PARTS; i++) {
    lane_bits part = __builtin_convertvector(block.parts[i] - first < count, lane_bits);
    uint16_t bits;
    memcpy(&bits, &part, sizeof bits);
    found |= (uint64_t)bits << (i * LANES);
  }
  return found;
}

/// The bytes of one kind in a block, and in the block before it.
struct kind {
  uint64_t here, before;
};

struct kinds {
  struct kind letter, digit, extender, letter_sign, digit_sign, space, cr, lf;
};

static inline void move(struct kind *kind, uint64_t found) {
  kind->before = kind->here;
  kind->here = found;
}

/// The signs in the order of their bits, and for each of them all bits if it is in a set, or none.
enum { SIGNS = 6 };
static const uint8_t sign_bytes[SIGNS] = {'\'', '.', ':', ',', ';', '@'};
struct sign_masks {
  uint64_t letters[SIGNS], between_letters[SIGNS], between_digits[SIGNS];
};

static struct sign_masks make_masks(text_ascii_signs signs) {
  struct sign_masks masks;
  for (int32_t i = 0; i < SIGNS; i++) {
    masks.letters[i] = -(uint64_t)(signs.letters >> i & 1);
    masks.between_letters[i] = -(uint64_t)(signs.between_letters >> i & 1);
    masks.between_digits[i] = -(uint64_t)(signs.between_digits >> i & 1);
  }
  return masks;
}

/// Moves on to the next block.
static inline void move_on(struct kinds *kinds, struct block block, const struct sign_masks *masks) {
  struct block lower = block;
  for (int32_t i = 0; i < PARTS; i++) lower.parts[i] |= 0x20;
  uint64_t letters = find(lower, 'a', 26), between_letters = 0, between_digits = 0;
  for (int32_t i = 0; i < SIGNS; i++) {
    uint64_t found = find(block, sign_bytes[i], 1);
    letters |= found & masks->letters[i];
    between_letters |= found & masks->between_letters[i];
    between_digits |= found & masks->between_digits[i];
  }
  move(&kinds->letter, letters);
  move(&kinds->digit, find(block, '0', 10));
  move(&kinds->extender, find(block, '_', 1));
  move(&kinds->letter_sign, between_letters);
  move(&kinds->digit_sign, between_digits);
  move(&kinds->space, find(block, ' ', 1));
  move(&kinds->cr, find(block, '\r', 1));
  move(&kinds->lf, find(block, '\n', 1));
}

/// Where a kind stands, as seen `back` places further on.
static inline uint64_t at(struct kind kind, int32_t back) {
  return back == 0 ? kind.here : kind.here << back | kind.before >> (WIDTH - back);
}

/// Where a sign stands, or the byte after it, with a byte of the same kind on both sides.
static inline uint64_t around(struct kind kind, struct kind sign) {
  return (at(kind, 2) & at(sign, 1) & at(kind, 0)) | (at(kind, 3) & at(sign, 2) & at(kind, 1));
}

/// The places without a boundary. Bit n is the place before byte n - 1 of the block: byte n is seen, and three before it.
static inline uint64_t joined(const struct kinds *kinds) {
  uint64_t word_before = at(kinds->letter, 2) | at(kinds->digit, 2) | at(kinds->extender, 2);
  uint64_t word_after = at(kinds->letter, 1) | at(kinds->digit, 1) | at(kinds->extender, 1);
  return (word_before & word_after) | (at(kinds->space, 2) & at(kinds->space, 1)) | (at(kinds->cr, 2) & at(kinds->lf, 1)) |
         around(kinds->letter, kinds->letter_sign) | around(kinds->digit, kinds->digit_sign);
}

/// Writes the places of a set, four at a time, and gives the end of what was written.
static inline int64_t *write(uint64_t set, int64_t first, int64_t ends[]) {
  int64_t *end = ends + __builtin_popcountll(set);
  for (; set != 0; ends += 4) {
    for (int32_t i = 0; i < 4; i++) {
      ends[i] = first + __builtin_ctzll(set | (uint64_t)1 << (WIDTH - 1));
      set &= set - 1;
    }
  }
  return end;
}

int64_t text_ascii_word_ends(const uint8_t *text, int64_t start, int64_t count, text_ascii_signs signs, int64_t ends[],
                             int32_t capacity, int32_t *filled) {
  const struct sign_masks masks = make_masks(signs);
  struct kinds kinds = {0};
  int64_t *const first = ends + *filled, *const last = ends + capacity - WIDTH;
  int64_t *end = first;
  // The boundary at the start is known, and one before it is none.
  uint64_t known = 3;
  uint64_t other = 0;
  for (int64_t base = start; base < count && end <= last && other == 0; base += WIDTH) {
    struct block block = load(text, base, count);
    move_on(&kinds, block, &masks);
    uint64_t boundaries = ~joined(&kinds) & ~known;
    known = 0;
    // Both neighbours of a place must be ASCII, and the byte after them.
    other = find(block, 0x80, 0x80);
    if (other != 0) boundaries &= (other & -other) - 1;
    end = write(boundaries, base - 1, end);
  }
  *filled = (int32_t)(end - ends);
  return end == first ? start : end[-1];
}
