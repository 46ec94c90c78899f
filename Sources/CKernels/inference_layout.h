// What the passes without gradients share: where weights stand, and the work that a team shares out by blocks.
#include "kernels.h"

#include <string.h>

#define BLOCK (4 * LANES)  // columns of a block: four panels of 16, or two at the end where they are enough

// MARK: Weights
//
// A block of P panels holds, for floats, [k][P][16]; in bfloat16 two panels in one, [k][P / 2][16][2]; and for integers
// [k / 4][P][16][4], then the scale of each column as a float and the sum of its integers.

/// k, filled up to the 4 that are multiplied at a time.
static inline size_t padded(size_t k) { return (k + 3) / 4 * 4; }

static inline size_t block_count(const struct ck_weights *w) {
  return (ck_columns(w->n, w->gates) + BLOCK - 1) / BLOCK;
}

static inline size_t block_panels(const struct ck_weights *w, size_t b) {
  return ck_columns(w->n, w->gates) - b * BLOCK > BLOCK / 2 ? 4 : 2;
}

static inline size_t block_size(const struct ck_weights *w, size_t panels) {
  const size_t columns = panels * LANES;
  switch (w->format) {
  case ck_float32: return w->k * columns * 4;
  case ck_bfloat16: return w->k * columns * 2;
  default: return padded(w->k) * columns + columns * 8;
  }
}

static inline const void *block_of(const struct ck_weights *w, size_t b) {
  return (const char *)w->packed + b * block_size(w, 4);
}

/// Numbers that are all smaller are taken for zeros where they become integers: the inverse of a scale is then finite.
#define SMALLEST 1e-30f

// MARK: Inputs in 14 bits
//
// A row of inputs is its scale s, filled up to 64 bytes, and the halves of 7 bits of q = round(x / s) + 8192: first all
// upper ones, then all lower ones. So x is about (128 · upper + lower - 8192) · s.

#define QUANTIZED_HEAD 64

static inline size_t quantized_row_size(size_t k) { return (QUANTIZED_HEAD + 2 * padded(k) + 63) / 64 * 64; }

/// The scratch memory in which a member quantizes rows.
static inline size_t quantized_size(const struct ck_weights *w, size_t rows) {
  return w->format == ck_int8 ? rows * quantized_row_size(w->k) : 0;
}

// MARK: Work

struct affine_work {
  const struct ck_weights *weights;
  size_t rows, x_row;
  const float *x, *bias;
  float *y;
  char *scratch;
};

struct lstm_work {
  struct ck_team *team;
  const struct ck_lstm *layer;
  size_t steps, lanes;
  const float *x, *h_previous, *c_previous;
  const uint32_t *tokens, *sources;
  const bool *resets;
  float *h, *c;
  char *zeros;    // [H], where there are resets
  char *scratch;  // the input products of a chunk, then each member's own
};

/// The steps whose input products are held at a time: about a megabyte of them.
static inline size_t lstm_chunk(const struct ck_lstm *layer, size_t steps, size_t lanes) {
  const size_t chunk = ((size_t)1 << 18) / ck_columns(4 * layer->hidden, 4) / lanes;
  return chunk < 1 ? 1 : chunk < steps ? chunk : steps;
}

static inline size_t lstm_products_size(const struct ck_lstm *layer, size_t rows) {
  return layer->table ? 0 : rows * ck_columns(4 * layer->hidden, 4) * sizeof(float);
}

static inline size_t lstm_member_size(const struct ck_lstm *layer, size_t rows, size_t lanes) {
  const size_t input = layer->table ? 0 : quantized_size(&layer->input, rows);
  const size_t recurrent = quantized_size(&layer->recurrent, lanes);
  return input > recurrent ? input : recurrent;
}

extern const struct inference_kernels inference_plain;
#if defined(__x86_64__)
extern const struct inference_kernels inference_avx2, inference_avx512;
#endif
