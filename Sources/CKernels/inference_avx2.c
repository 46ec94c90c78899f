// Passes without gradients for AVX2.
#include "inference_layout.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "vector.h"

#define NAME(x) x##_avx2
#define WIDTH 2
#define ROWS 3
#define ROWS_INT8 1
#define TILES TILE(1, 2) TILE(2, 2) TILE(3, 2)
#define TILES_INT8 TILE(1, 2)

INLINE void dot(ivec *sum, const uint8_t *a, const int8_t *w) {
  int32_t four;
  memcpy(&four, a, sizeof four);
  const __m256i inputs = _mm256_set1_epi32(four), ones = _mm256_set1_epi16(1);
  __m256i halves[2];
  memcpy(halves, sum, sizeof halves);
  for (int half = 0; half < 2; half++) {
    const __m256i integers = _mm256_loadu_si256((const __m256i *)(w + 32 * half));
    // Inputs of 7 bits: the sum of two products fits in 16.
    const __m256i products = _mm256_madd_epi16(_mm256_maddubs_epi16(inputs, integers), ones);
    halves[half] = _mm256_add_epi32(halves[half], products);
  }
  memcpy(sum, halves, sizeof halves);
}

#include "inference.inc"
#pragma clang attribute pop
#endif
