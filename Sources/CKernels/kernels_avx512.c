// The kernels for AVX-512.
#if defined(__x86_64__)
#include "avx512.h"

#include <math.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#include "vector.h"

#define NAME(x) x##_avx512
#define TILE_ROWS 8
#define TILE_VECTORS 2
#define TILES                                                                                                   \
  TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1) TILE(7, 1) TILE(8, 1)                       \
  TILE(1, 2) TILE(2, 2) TILE(3, 2) TILE(4, 2) TILE(5, 2) TILE(6, 2) TILE(7, 2) TILE(8, 2)

#include "kernels.inc"
#pragma clang attribute pop
#endif
