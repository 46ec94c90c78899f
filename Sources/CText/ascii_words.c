#include "CText.h"
#include <string.h>

// Word boundaries of ASCII by the arithmetic of bits: 64 bytes at a time become one word of 64 bits for each kind of
// byte, and the rules of UAX #29 are shifts of these words. No branch depends on where a word ends.

enum { WIDTH = 64, LANES = 16, PARTS = WIDTH / LANES };
typedef uint8_t bytes __attribute__((vector_size(LANES)));
typedef int8_t lanes __attribute__((vector_size(LANES)));
typedef bool lane_bits __attribute__((ext_vector_type(LANES)));

struct block {
  bytes parts[PARTS];
};

static inline uint64_t bits(lanes lanes) {
  lane_bits set = __builtin_convertvector(lanes, lane_bits);
  uint16_t word;
  memcpy(&word, &set, sizeof word);
  return word;
}

/// A bit for each byte of a block that is `first` or one of the `count` - 1 after it.
static inline uint64_t find(struct block block, uint8_t first, uint8_t count) {
  uint64_t found = 0;
  for (int32_t i = 0; i < PARTS; i++) {
    lanes is_found = count == 1 ? block.parts[i] == first : block.parts[i] - first < count;
    found |= bits(is_found) << (i * LANES);
  }
  return found;
}

/// The signs, in the order of their bits.
enum { SIGNS = 6 };
static const uint8_t sign_bytes[SIGNS] = {'\'', '.', ':', ',', ';', '@'};

/// A bit for each byte of a kind in one block, and what of the block before is still needed: its last three.
struct kind {
  uint64_t here, before;
};

/// The kind of the byte that stands `back` places before the one after a boundary's right neighbour.
static inline uint64_t at(const struct kind *kind, int back) {
  return back == 0 ? kind->here : kind->here << back | kind->before >> (WIDTH - back);
}

static inline void move(struct kind *kind, uint64_t here) {
  kind->before = kind->here;
  kind->here = here;
}

/// All bits for each sign in a set, none for the others.
static inline void make_masks(uint64_t masks[], uint8_t set) {
  for (int32_t i = 0; i < SIGNS; i++) masks[i] = -(uint64_t)(set >> i & 1);
}

int64_t text_ascii_word_ends(const uint8_t *text, int64_t start, int64_t count, text_ascii_signs signs, int64_t ends[],
                             int32_t capacity, int32_t *filled) {
  struct kind letter = {0}, digit = {0}, extender = {0}, letter_sign = {0}, digit_sign = {0}, space = {0}, cr = {0},
              lf = {0};
  uint64_t letters[SIGNS], between_letters[SIGNS], between_digits[SIGNS];
  make_masks(letters, signs.letters);
  make_masks(between_letters, signs.between_letters);
  make_masks(between_digits, signs.between_digits);
  int64_t *const first = ends + *filled, *const limit = ends + capacity - WIDTH;
  int64_t *end = first;
  // The boundary at the start is known already, and one before it is none.
  uint64_t wanted = ~(uint64_t)3;
  for (int64_t base = start; base < count && end <= limit; base += WIDTH) {
    struct block block;
    if (count - base >= WIDTH) {
      memcpy(&block, text + base, WIDTH);
    } else {
      memset(&block, 0x80, WIDTH);
      memcpy(&block, text + base, (size_t)(count - base));
    }
    struct block lower = block;
    for (int32_t i = 0; i < PARTS; i++) lower.parts[i] |= 0x20;
    uint64_t other = find(block, 0x80, 0x80);
    uint64_t joins_letters = 0, joins_digits = 0, other_letters = 0;
    for (int32_t i = 0; i < SIGNS; i++) {
      uint64_t found = find(block, sign_bytes[i], 1);
      other_letters |= found & letters[i];
      joins_letters |= found & between_letters[i];
      joins_digits |= found & between_digits[i];
    }
    move(&letter, find(lower, 'a', 26) | other_letters);
    move(&digit, find(block, '0', 10));
    move(&extender, find(block, '_', 1));
    move(&space, find(block, ' ', 1));
    move(&cr, find(block, '\r', 1));
    move(&lf, find(block, '\n', 1));
    move(&letter_sign, joins_letters);
    move(&digit_sign, joins_digits);

    // The bit n is for the boundary before the byte n - 1, whose right neighbour is thus known.
    uint64_t word_left = at(&letter, 2) | at(&digit, 2) | at(&extender, 2);
    uint64_t word_right = at(&letter, 1) | at(&digit, 1) | at(&extender, 1);
    uint64_t joined = (word_left & word_right) | (at(&space, 2) & at(&space, 1)) | (at(&cr, 2) & at(&lf, 1)) |
                      (at(&letter, 2) & at(&letter_sign, 1) & at(&letter, 0)) |
                      (at(&letter, 3) & at(&letter_sign, 2) & at(&letter, 1)) |
                      (at(&digit, 2) & at(&digit_sign, 1) & at(&digit, 0)) |
                      (at(&digit, 3) & at(&digit_sign, 2) & at(&digit, 1));
    uint64_t boundaries = ~joined & wanted;
    wanted = ~(uint64_t)0;
    // Only what stands before the first byte that is not ASCII, and is not its neighbour, is known.
    if (other != 0) boundaries &= (other & -other) - 1;
    int64_t *next = end + __builtin_popcountll(boundaries);
    while (boundaries != 0) {
      for (int32_t i = 0; i < 4; i++) {
        end[i] = base - 1 + __builtin_ctzll(boundaries | (uint64_t)1 << (WIDTH - 1));
        boundaries &= boundaries - 1;
      }
      end += 4;
    }
    end = next;
    if (other != 0) break;
  }
  *filled = (int32_t)(end - ends);
  return end == first ? start : end[-1];
}
