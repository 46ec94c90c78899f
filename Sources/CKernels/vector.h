// Sixteen lanes of float, whatever the machine's registers are: two of AVX2, four of NEON. Functions here are inlined
// into the instruction set of the file that includes them.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Vectors are passed between inlined functions only, so no call depends on how they would travel.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 16
typedef float vec __attribute__((vector_size(64), aligned(4)));
typedef int32_t ivec __attribute__((vector_size(64), aligned(4)));
typedef double dvec __attribute__((vector_size(128), aligned(8)));

#define INLINE static inline __attribute__((always_inline))

#define LOAD(p) (*(const vec *)(p))
#define STORE(p, v) (*(vec *)(p) = (v))
#define SPLAT(x) ((vec){} + (x))
#define SELECT(mask, a, b) ((vec)(((mask) & (ivec)(a)) | (~(mask) & (ivec)(b))))

/// Lane l is p[l] for l < n, else 0.
#define LOAD_SOME(out, p, n)                \
  do {                                      \
    (out) = (vec){};                        \
    memcpy(&(out), (p), (n) * sizeof(float)); \
  } while (0)
#define STORE_SOME(p, v, n)                    \
  do {                                         \
    vec stored_ = (v);                         \
    memcpy((p), &stored_, (n) * sizeof(float)); \
  } while (0)

/// Runs the lines given for each piece of a row: `j` where it starts, `n` lanes of it used; FETCH and PUT read and write them.
#define FOR_PIECES(count, ...)                                \
  do {                                                         \
    size_t j = 0;                                              \
    for (; j + LANES <= (count); j += LANES) {                 \
      const size_t n = LANES;                                  \
      __VA_ARGS__                                               \
    }                                                          \
    if (j < (count)) {                                         \
      const size_t n = (count)-j;                              \
      __VA_ARGS__                                               \
    }                                                          \
  } while (0)
#define FETCH(name, p)        \
  vec name;                   \
  if (n == LANES)             \
    name = LOAD(p);           \
  else                        \
    LOAD_SOME(name, p, n)
#define PUT(p, v)             \
  do {                        \
    if (n == LANES)           \
      STORE(p, v);            \
    else                      \
      STORE_SOME(p, v, n);    \
  } while (0)

/// e^x to about 1 ulp on [-87.3, 88]; held to that range outside of it; what is no number stays none.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts (Cody & Waite 1980); e^r by its Taylor polynomial.
INLINE void vec_exp(vec *out, vec x) {
  const vec low = SPLAT(-87.3f), high = SPLAT(88.0f);
  vec held = SELECT(x < low, low, x);
  held = SELECT(held > high, high, held);
  const float shift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
  vec t = held * 1.44269504088896341f + shift;
  vec n = t - shift;
  vec r = held - n * 0.693145751953125f;
  r = r - n * 1.42860682030941723212e-6f;
  vec p = SPLAT(1.0f / 5040.0f);
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  ivec bits = ((ivec)t - (ivec)SPLAT(shift) + 127) << 23;
  *out = p * (vec)bits;
}

INLINE void vec_sigmoid(vec *out, vec x) {
  vec e;
  vec_exp(&e, -x);
  *out = 1.0f / (1.0f + e);
}

/// tanh x: an odd polynomial near 0, where 1 - 2 / (e^2x + 1) would lose digits.
INLINE void vec_tanh(vec *out, vec x) {
  vec e;
  vec_exp(&e, x + x);
  vec far = 1.0f - 2.0f / (e + 1.0f);
  vec z = x * x;
  vec p = SPLAT(-929569.0f / 638512875.0f);
  p = p * z + 21844.0f / 6081075.0f;
  p = p * z - 1382.0f / 155925.0f;
  p = p * z + 62.0f / 2835.0f;
  p = p * z - 17.0f / 315.0f;
  p = p * z + 2.0f / 15.0f;
  p = p * z - 1.0f / 3.0f;
  vec near = x + x * z * p;
  *out = SELECT(z < SPLAT(0.16f), near, far);
}

/// The sum of the lanes, in a fixed order.
INLINE float vec_sum(vec v) {
  float sum = 0;
  for (int l = 0; l < LANES; l++) sum += v[l];
  return sum;
}

INLINE float vec_maximum(vec v) {
  float m = v[0];
  for (int l = 1; l < LANES; l++) m = v[l] > m ? v[l] : m;
  return m;
}
