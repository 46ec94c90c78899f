// Sixteen lanes of float, whatever the machine's registers are: one of AVX-512, two of AVX2, four of NEON. Functions here
// are inlined into the instruction set of the file that includes them.

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels.h"

// Vectors are passed between inlined functions only, so no call depends on how they would travel.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float vec __attribute__((vector_size(64), aligned(4)));
typedef int32_t ivec __attribute__((vector_size(64), aligned(4)));
typedef double dvec __attribute__((vector_size(128), aligned(8)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define LOAD(p) (*(const vec *)(p))
#define STORE(p, v) (*(vec *)(p) = (v))
#define SPLAT(x) ((vec){} + (x))
#define SELECT(mask, a, b) ((vec)(((mask) & (ivec)(a)) | (~(mask) & (ivec)(b))))

/// Lane l is p[l] for l < n, else 0. An includer may have better ones.
#ifndef LOAD_SOME
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
#endif

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
#define FETCH(name, p)   \
  vec name;              \
  if (n == LANES)        \
    name = LOAD(p);      \
  else                   \
    LOAD_SOME(name, p, n)
#define PUT(p, v)        \
  do {                   \
    if (n == LANES)      \
      STORE(p, v);       \
    else                 \
      STORE_SOME(p, v, n); \
  } while (0)

#define ADD(p, v)        \
  do {                   \
    FETCH(old_, p);      \
    PUT(p, old_ + (v));  \
  } while (0)

/// x, held to [-87.3, 88], as n ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts (Cody & Waite 1980); what is no number
/// stays none. The lowest bits of t are those of n.
INLINE void reduce_exponent(vec x, vec *t, vec *r) {
  const vec low = SPLAT(-87.3f), high = SPLAT(88.0f);
  vec held = SELECT(x < low, low, x);
  held = SELECT(held > high, high, held);
  const float shift = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer
  *t = held * 1.44269504088896341f + shift;
  vec n = *t - shift;
  *r = held - n * 0.693145751953125f;
  *r = *r - n * 1.42860682030941723212e-6f;
}

/// e^x to 1.5 ulp on [-87.3, 88]; held to that range outside of it; what is no number stays none.
///
/// e^r by the polynomial of degree 5 with the least relative error, 9.2e-8, of those that are 1 at 0.
INLINE void vec_exp(vec *out, vec x) {
  vec t, r;
  reduce_exponent(x, &t, &r);
  vec p = SPLAT(0.00829027f);
  p = p * r + 0.04189816f;
  p = p * r + 0.16667638f;
  p = p * r + 0.49999148f;
  p = p * r + 0.99999971f;
  p = p * r + 1.0f;
  *out = (vec)((ivec)p + ((ivec)t << 23));  // times 2^n: the exponent's bits are n higher
}

INLINE void vec_sigmoid(vec *out, vec x) {
  vec e;
  vec_exp(&e, -x);
  *out = 1.0f / (1.0f + e);
}

/// tanh x = m / (m + 2) with m = e^2x - 1 = 2^n (e^r - 1) + 2^n - 1, which loses no digits near 0.
///
/// e^r - 1 by the polynomial of degree 6 with the least relative error, 1.3e-8, of those that begin with r.
INLINE void vec_tanh(vec *out, vec x) {
  vec t, r;
  reduce_exponent(x + x, &t, &r);
  vec p = SPLAT(0.00138825f);
  p = p * r + 0.00836655f;
  p = p * r + 0.0416672f;
  p = p * r + 0.16666543f;
  p = p * r + 0.49999998f;
  vec q = r * r * p + r;
  vec power = (vec)(((ivec)t << 23) + (ivec)SPLAT(1.0f));
  vec m = power * q + (power - 1.0f);
  *out = m / (m + 2.0f);
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

#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

/// Sixteen rows become sixteen columns.
INLINE void transpose(vec rows[LANES]) {
  UNROLL for (int round = 0; round < 4; round++) {
    vec zipped[LANES];
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      zipped[2 * i] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_LOW);
      zipped[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_HIGH);
    }
    UNROLL for (int i = 0; i < LANES; i++) rows[i] = zipped[i];
  }
}
