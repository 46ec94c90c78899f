// Parts of a vector by AVX-512's masks, where vector.h copies bytes.
#include <immintrin.h>

#define LOAD_SOME(out, p, n) ((out) = (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), (p)))
#define STORE_SOME(p, v, n) _mm512_mask_storeu_ps((p), (__mmask16)((1u << (n)) - 1), (__m512)(v))
