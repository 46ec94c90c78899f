// Passes without gradients: weights are laid out once, and a team shares out the work on them.
#include "inference_layout.h"

#include <math.h>

size_t ck_columns(size_t n, size_t gates) { return gates == 4 ? (n / 4 + LANES - 1) / LANES * BLOCK : n; }

size_t ck_weights_size(int format, size_t n, size_t k, size_t gates) {
  const struct ck_weights w = {format, n, k, gates, NULL};
  const size_t last = block_count(&w) - 1;
  return last * block_size(&w, 4) + block_size(&w, block_panels(&w, last));
}

/// The upper half of a float, rounded to the nearest, to even when two are near.
static uint16_t bfloat16_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

/// Lays out a row of W in integers as a column of a block.
static void pack_int8(size_t k, const float *row, size_t columns, size_t column, int8_t *block) {
  float largest = 0;
  for (size_t p = 0; p < k; p++) largest = fabsf(row[p]) > largest ? fabsf(row[p]) : largest;
  if (largest < SMALLEST) largest = 0;
  const float inverse = largest > 0 ? 127.0f / largest : 0, scale = largest / 127.0f;
  int32_t sum = 0;
  for (size_t p = 0; p < k; p++) {
    const int8_t integer = (int8_t)rintf(row[p] * inverse);
    block[p / 4 * 4 * columns + column * 4 + p % 4] = integer;
    sum += integer;
  }
  float *ends = (float *)(block + padded(k) * columns);
  memcpy(ends + column, &scale, sizeof scale);
  memcpy(ends + columns + column, &sum, sizeof sum);
}

/// Lays out a row of W as a column of a block.
static void pack_row(const struct ck_weights *w, const float *row, size_t panels, size_t column, void *block) {
  const size_t columns = panels * LANES;
  if (w->format == ck_int8) {
    pack_int8(w->k, row, columns, column, block);
  } else if (w->format == ck_bfloat16) {
    uint16_t *out = (uint16_t *)block + column / (2 * LANES) * 2 * LANES + column % LANES * 2 + column / LANES % 2;
    for (size_t p = 0; p < w->k; p++) out[p * columns] = bfloat16_of(row[p]);
  } else {
    float *out = (float *)block + column;
    for (size_t p = 0; p < w->k; p++) out[p * columns] = row[p];
  }
}

void ck_pack_weights(int format, size_t n, size_t k, size_t gates, const float *w, size_t w_row, void *packed) {
  const struct ck_weights weights = {format, n, k, gates, packed};
  memset(packed, 0, ck_weights_size(format, n, k, gates));
  for (size_t b = 0; b < block_count(&weights); b++) {
    const size_t panels = block_panels(&weights, b);
    for (size_t column = 0; column < panels * LANES; column++) {
      // With gates, panel q of a block is gate q of 16 units.
      const size_t part = gates == 4 ? n / 4 : n;
      const size_t place = gates == 4 ? b * LANES + column % LANES : b * BLOCK + column;
      const size_t row = gates == 4 ? column / LANES * part + place : place;
      if (place < part) pack_row(&weights, w + row * w_row, panels, column, (void *)block_of(&weights, b));
    }
  }
}

const struct inference_kernels *inference_kernels_of(int instruction_set) {
#if defined(__x86_64__)
  // AVX-512 is of use here with its products of integers.
  if (instruction_set == ck_avx512 && __builtin_cpu_supports("avx512vnni")) return &inference_avx512;
  if (instruction_set >= ck_avx2) return &inference_avx2;
#endif
  (void)instruction_set;
  return &inference_plain;
}

void ck_affine(struct ck_context *context, const struct ck_weights *weights, size_t rows, const float *x, size_t x_row,
               const float *bias, float *y) {
  const struct affine_work work = {
      weights, rows, x_row, x, bias, y, shared_memory(context, context->threads * quantized_size(weights, rows))};
  share_out(context, rows * weights->n * weights->k, context->inference->affine, &work);
}

void ck_lstm_infer(struct ck_context *context, const struct ck_lstm *layer, size_t steps, size_t lanes, const float *x,
                   const uint32_t *tokens, const uint32_t *sources, const bool *resets, const float *h_previous,
                   const float *c_previous, float *h, float *c) {
  const size_t rows = lstm_chunk(layer, steps, lanes) * lanes;
  const size_t scratch = lstm_products_size(layer, rows) + context->threads * lstm_member_size(layer, rows, lanes);
  const size_t zeros = resets ? (layer->hidden * sizeof(float) + 63) / 64 * 64 : 0;
  char *memory = shared_memory(context, zeros + scratch);
  memset(memory, 0, zeros);
  const struct lstm_work work = {.team = context->team,
                                 .layer = layer,
                                 .steps = steps,
                                 .lanes = lanes,
                                 .x = x,
                                 .h_previous = h_previous,
                                 .c_previous = c_previous,
                                 .tokens = tokens,
                                 .sources = sources,
                                 .resets = resets,
                                 .h = h,
                                 .c = c,
                                 .zeros = memory,
                                 .scratch = memory + zeros};
  share_out(context, steps * lanes * layer->hidden * layer->hidden * 4, context->inference->lstm, &work);
}
