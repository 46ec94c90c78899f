// Passes without gradients for any machine; NEON's dot products where they are.
#include "inference_layout.h"
#include "vector.h"

#if defined(__ARM_FEATURE_DOTPROD)
#include <arm_neon.h>
#endif

#define NAME(x) x##_plain
#define WIDTH 2
#define ROWS 3
#define ROWS_INT8 1
#define TILES TILE(1, 2) TILE(2, 2) TILE(3, 2)
#define TILES_INT8 TILE(1, 2)

INLINE void dot(ivec *sum, const uint8_t *a, const int8_t *w) {
#if defined(__ARM_FEATURE_DOTPROD)
  int32_t four;
  memcpy(&four, a, sizeof four);
  const int8x16_t inputs = vreinterpretq_s8_s32(vdupq_n_s32(four));
  for (int part = 0; part < 4; part++) {
    int32x4_t s;
    memcpy(&s, (int32_t *)sum + 4 * part, sizeof s);
    s = vdotq_s32(s, inputs, vld1q_s8(w + 16 * part));
    memcpy((int32_t *)sum + 4 * part, &s, sizeof s);
  }
#else
  for (int l = 0; l < LANES; l++, w += 4) (*sum)[l] += a[0] * w[0] + a[1] * w[1] + a[2] * w[2] + a[3] * w[3];
#endif
}

#include "inference.inc"
