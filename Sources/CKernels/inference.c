// Passes without gradients: weights are laid out once, and a team shares out the work on them.
#include "inference_layout.h"

#include <math.h>

size_t ck_columns(size_t n, size_t gates) { return gates == 4 ? (n / 4 + STRIP - 1) / STRIP * BLOCK : n; }

size_t ck_packed_size(int format, size_t n, size_t k, size_t gates) {
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
  const size_t columns = panels * STRIP;
  if (w->format == ck_int8) {
    pack_int8(w->k, row, columns, column, block);
  } else if (w->format == ck_bfloat16) {
    uint16_t *out = (uint16_t *)block + column / (2 * STRIP) * 2 * STRIP + column % STRIP * 2 + column / STRIP % 2;
    for (size_t p = 0; p < w->k; p++) out[p * columns] = bfloat16_of(row[p]);
  } else {
    float *out = (float *)block + column;
    for (size_t p = 0; p < w->k; p++) out[p * columns] = row[p];
  }
}

void ck_pack_weights(int format, size_t n, size_t k, size_t gates, const float *w, size_t w_row, void *packed) {
  const struct ck_weights weights = {format, n, k, gates, packed};
  memset(packed, 0, ck_packed_size(format, n, k, gates));
  for (size_t b = 0; b < block_count(&weights); b++) {
    const size_t panels = block_panels(&weights, b);
    for (size_t column = 0; column < panels * STRIP; column++) {
      // With gates, panel q of a block is gate q of 16 units.
      const size_t part = gates == 4 ? n / 4 : n;
      const size_t place = gates == 4 ? b * STRIP + column % STRIP : b * BLOCK + column;
      const size_t row = gates == 4 ? column / STRIP * part + place : place;
      if (place < part) pack_row(&weights, w + row * w_row, panels, column, (void *)block_of(&weights, b));
    }
  }
}

static void (*affine_member)(void *, size_t) = affine_member_plain;
static void (*lstm_member)(void *, size_t) = lstm_member_plain;

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    affine_member = affine_member_avx2;
    lstm_member = lstm_member_avx2;
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni")) {
    affine_member = affine_member_avx512;
    lstm_member = lstm_member_avx512;
  }
#endif
}

size_t ck_affine_scratch_size(const struct ck_weights *weights, size_t rows, size_t threads) {
  return threads * quantized_size(weights, rows);
}

void ck_affine(struct ck_team *team, const struct ck_weights *weights, size_t rows, const float *x, size_t x_row,
               const float *bias, float *y, void *scratch) {
  struct affine_work work = {weights, ck_team_enlist(team), rows, x_row, x, bias, y, scratch};
  ck_team_run(work.threads > 1 ? team : NULL, affine_member, &work);
}

size_t ck_lstm_scratch_size(const struct ck_lstm *layer, size_t steps, size_t lanes, size_t threads) {
  const size_t rows = lstm_chunk(layer, steps, lanes) * lanes;
  return lstm_products_size(layer, rows) + threads * lstm_member_size(layer, rows, lanes);
}

void ck_lstm_forward(struct ck_team *team, const struct ck_lstm *layer, size_t steps, size_t lanes, const float *x,
                     const uint32_t *tokens, const uint32_t *sources, const float *h_previous, const float *c_previous,
                     float *h, float *c, void *scratch) {
  struct lstm_work work = {team,   layer,   ck_team_enlist(team), steps, lanes, x, h_previous, c_previous,
                           tokens, sources, h,                    c,     scratch};
  ck_team_run(work.threads > 1 ? team : NULL, lstm_member, &work);
}
