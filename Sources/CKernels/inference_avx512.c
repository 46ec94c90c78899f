// Passes without gradients for AVX-512 with VNNI.
#include "inference_layout.h"

#if defined(__x86_64__)
#include "avx512.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,fma"))), apply_to = function)
#include "vector.h"

#define NAME(x) x##_avx512
#define WIDTH 4
#define ROWS 6
#define ROWS_INT8 3
#define TILES_INT8 TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(1, 4) TILE(2, 4) TILE(3, 4)
#define TILES TILES_INT8 TILE(4, 2) TILE(5, 2) TILE(6, 2) TILE(4, 4) TILE(5, 4) TILE(6, 4)

INLINE void dot(ivec *sum, const uint8_t *a, const int8_t *w) {
  int32_t four;
  memcpy(&four, a, sizeof four);
  *sum = (ivec)_mm512_dpbusd_epi32((__m512i)*sum, _mm512_set1_epi32(four), _mm512_loadu_si512(w));
}

#include "inference.inc"
#pragma clang attribute pop
#endif
