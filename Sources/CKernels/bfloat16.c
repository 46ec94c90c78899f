// Products of numbers rounded to bfloat16, by AVX-512's instruction for pairs of them; sums are of single precision.
//
// VDPBF16PS adds the product of the second numbers and then that of the first, rounding to nearest even after each, and
// takes subnormal numbers for zero.
#if defined(__x86_64__)
#include "avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), apply_to = function)
#include "vector.h"

#define NAME(x) x##_bfloat16
#define TILE_ROWS 8
#define TILE_VECTORS 2
#define TILES                                                                                                   \
  TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1)                       \
  TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2) TILE(7, 2) TILE(8, 2)
#define MULTIPLY_ADD(sum, a, b) \
  (sum) = (vec)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_ps(*(a)), (__m512bh)(b))

#include "multiply.inc"

/// Sixteen units of numbers that follow one another along a row: 32 of them, or fewer behind which stand zeros.
INLINE vec units_of_row(const float *from, size_t n) {
  const __mmask16 low = (__mmask16)(n >= LANES ? 0xFFFF : (1u << n) - 1);
  const __mmask16 high = (__mmask16)(n <= LANES ? 0 : (1u << (n - LANES)) - 1);
  return (vec)_mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(high, from + LANES), _mm512_maskz_loadu_ps(low, from));
}

/// Sixteen units of numbers that follow one another along a column: those of two rows.
INLINE vec units_of_rows(vec first, vec second) {
  const __m512i low = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)first));
  const __m512i high = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)second));
  return (vec)_mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

static void round_rows(size_t m, size_t k, const float *a, size_t a_row, float *out, size_t out_row) {
  for (size_t i = 0; i < m; i++) {
    const float *row = a + i * a_row;
    for (size_t p = 0; p < k; p += 2 * LANES) {
      __builtin_prefetch(row + a_row + p);
      __builtin_prefetch(row + a_row + p + LANES);
      const size_t n = k - p < 2 * LANES ? (k - p + 1) / 2 : LANES;
      const vec units = units_of_row(row + p, k - p < 2 * LANES ? k - p : 2 * LANES);
      PUT(out + i * out_row + p / 2, units);
    }
  }
}

/// A number and the one at some distance from it, where there is one.
static float unit_at(const float *from, size_t distance, int is_pair) {
  return units_of_rows(SPLAT(*from), is_pair ? SPLAT(from[distance]) : SPLAT(0.0f))[0];
}

/// Rows are rounded; where the numbers of a column are neighbours, strips of a tile's rows are laid out column by column.
static struct left prepare(size_t m, size_t k, const float *a, size_t a_row, size_t a_column, float *scratch) {
  const size_t units = (k + 1) / 2;
  if (a_column == 1) {
    round_rows(m, k, a, a_row, scratch, units);
    return (struct left){scratch, units, 1};
  }
  for (size_t q = 0; q < units; q++) {
    const float *from = a + 2 * q * a_column;
    const int is_pair = 2 * q + 1 < k;
    float *out = scratch + q * TILE_ROWS;
    if (a_row != 1) {
      for (size_t i = 0; i < m; i++) {
        out[i / TILE_ROWS * TILE_ROWS * units + i % TILE_ROWS] = unit_at(from + i * a_row, a_column, is_pair);
      }
      continue;
    }
    FOR_PIECES(m, {  // two strips
      __builtin_prefetch(from + AHEAD * a_column + j);
      __builtin_prefetch(from + (AHEAD + 1) * a_column + j);
      FETCH(first, from + j);
      vec second = {};
      if (is_pair) {
        FETCH(next, from + a_column + j);
        second = next;
      }
      const vec pairs = units_of_rows(first, second);
      STORE_SOME(out + j * units, pairs, TILE_ROWS);
      if (n > TILE_ROWS) {
        _mm512_mask_storeu_ps(out + (j + TILE_ROWS) * units - TILE_ROWS, 0xFF00, (__m512)pairs);
      }
    });
  }
  return (struct left){scratch, 1, TILE_ROWS};
}

static void pack(size_t k, size_t n, const float *b, size_t b_row, size_t b_column, float *packed) {
  const size_t units = (k + 1) / 2;
  if (b_column == 1) {
    const size_t all = n;  // n is that of a piece below
    for (size_t q = 0; q < units; q++) {
      const float *row = b + 2 * q * b_row;
      FOR_PIECES(all, {
        __builtin_prefetch(row + AHEAD * b_row + j);
        __builtin_prefetch(row + (AHEAD + 1) * b_row + j);
        FETCH(first, row + j);
        vec second = {};
        if (2 * q + 1 < k) {
          FETCH(next, row + b_row + j);
          second = next;
        }
        STORE(packed + panel_place(units, all, q, j), units_of_rows(first, second));
      });
    }
    return;
  }
  for (size_t j = 0; j < n; j += LANES) {
    float *out = packed + panel_place(units, n, 0, j);
    const size_t width = panel_width(n, j);
    size_t q = 0;
    for (; b_row == 1 && n - j >= LANES && q + LANES <= k / 2; q += LANES) {
      vec rows[LANES];
      UNROLL for (int i = 0; i < LANES; i++) rows[i] = units_of_row(b + (j + i) * b_column + 2 * q, 2 * LANES);
      transpose(rows);
      UNROLL for (int i = 0; i < LANES; i++) STORE(out + (q + i) * width, rows[i]);
    }
    for (; q < units; q++) {
      for (size_t i = 0; i < LANES; i++) {
        const float *from = b + 2 * q * b_row + (j + i) * b_column;
        out[q * width + i] = j + i < n ? unit_at(from, b_row, 2 * q + 1 < k) : 0;
      }
    }
  }
}

const struct product_kernels product_bfloat16 = {.pair = 2,
                                                 .tile_rows = TILE_ROWS,
                                                 .tile_columns = TILE_VECTORS * LANES,
                                                 .tiles = tiles_bfloat16,
                                                 .prepare = prepare,
                                                 .round = round_rows,
                                                 .pack = pack};
#pragma clang attribute pop
#endif
