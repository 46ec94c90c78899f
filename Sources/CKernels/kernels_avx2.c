// The kernels for AVX2 with fused multiply-add.
#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "vector.h"

#define NAME(x) x##_avx2
#define TILE_ROWS 6
#define TILE_VECTORS 1
#define TILES TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(5, 1) TILE(6, 1)

#include "kernels.inc"
#pragma clang attribute pop
#endif
