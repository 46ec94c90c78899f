// The kernels, compiled for each instruction set from the same lines, and the choice between them at run time.
#include "CKernels.h"

#include <math.h>

#include "vector.h"

#define NC 2048 // columns of B that a product packs at a time

struct kernels {
  __typeof__(ck_pack) *pack;
  __typeof__(ck_multiply_packed) *multiply_packed;
  __typeof__(ck_multiply) *multiply;
  __typeof__(ck_lstm_step) *lstm_step;
  __typeof__(ck_lstm_step_backward) *lstm_step_backward;
  __typeof__(ck_cross_entropy) *cross_entropy;
  __typeof__(ck_log_probability) *log_probability;
  __typeof__(ck_scatter_add_rows) *scatter_add_rows;
  __typeof__(ck_sum_rows) *sum_rows;
  __typeof__(ck_sum_product_rows) *sum_product_rows;
  __typeof__(ck_add) *add;
  __typeof__(ck_sum_of_squares) *sum_of_squares;
  __typeof__(ck_dropout) *dropout;
  __typeof__(ck_sgd) *sgd;
  __typeof__(ck_adam) *adam;
};

#define NAME(x) x##_plain
#include "kernels.inc"
#undef NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) x##_avx2
#include "kernels.inc"
#undef NAME
#pragma clang attribute pop
#endif

static struct kernels active;

__attribute__((constructor)) static void choose(void) {
  active = kernels_plain;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) active = kernels_avx2;
#endif
}

size_t ck_packed_count(size_t k, size_t n) { return k * ((n + NR - 1) / NR * NR); }

size_t ck_scratch_count(void) { return MC * KC + KC * (size_t)NC; }

void ck_pack(size_t k, size_t n, const float *b, size_t b_row, size_t b_column, float *packed) {
  active.pack(k, n, b, b_row, b_column, packed);
}

void ck_multiply_packed(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                        const float *packed, float *c, size_t c_row, int accumulate, float *scratch) {
  active.multiply_packed(m, n, k, a, a_row, a_column, packed, c, c_row, accumulate, scratch);
}

void ck_multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                 size_t b_row, size_t b_column, float *c, size_t c_row, int accumulate, float *scratch) {
  active.multiply(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate, scratch);
}

void ck_lstm_step(size_t rows, size_t hidden, float *gates, const float *bias, const float *peepholes,
                  const float *c_previous, float *c, float *h) {
  active.lstm_step(rows, hidden, gates, bias, peepholes, c_previous, c, h);
}

void ck_lstm_step_backward(size_t rows, size_t hidden, float *gates, const float *peepholes, const float *c_previous,
                           const float *c, const float *dh, float *dc) {
  active.lstm_step_backward(rows, hidden, gates, peepholes, c_previous, c, dh, dc);
}

void ck_cross_entropy(size_t rows, size_t columns, float *logits, const uint32_t *targets, float scale,
                      double *log_probabilities) {
  active.cross_entropy(rows, columns, logits, targets, scale, log_probabilities);
}

void ck_log_probability(size_t rows, size_t columns, const float *logits, const uint32_t *targets,
                        double *log_probabilities) {
  active.log_probability(rows, columns, logits, targets, log_probabilities);
}

void ck_gather_rows(size_t rows, size_t columns, const float *table, const uint32_t *ids, float *out) {
  for (size_t r = 0; r < rows; r++)
    memcpy(out + r * columns, table + (size_t)ids[r] * columns, columns * sizeof(float));
}

void ck_scatter_add_rows(size_t rows, size_t columns, const float *x, const uint32_t *ids, float *table) {
  active.scatter_add_rows(rows, columns, x, ids, table);
}

void ck_fill_rows(size_t rows, size_t columns, const float *row, float *out) {
  for (size_t r = 0; r < rows; r++) memcpy(out + r * columns, row, columns * sizeof(float));
}

void ck_sum_rows(size_t rows, size_t columns, const float *x, size_t x_row, float *out) {
  active.sum_rows(rows, columns, x, x_row, out);
}

void ck_sum_product_rows(size_t rows, size_t columns, const float *x, size_t x_row, const float *y, size_t y_row,
                         float *out) {
  active.sum_product_rows(rows, columns, x, x_row, y, y_row, out);
}

void ck_add(size_t count, const float *x, float *y) { active.add(count, x, y); }

double ck_sum_of_squares(size_t count, const float *x) { return active.sum_of_squares(count, x); }

void ck_dropout(size_t count, const float *x, float rate, uint64_t seed, uint64_t stream, float *out) {
  active.dropout(count, x, rate, seed, stream, out);
}

void ck_sgd(size_t count, float *value, const float *gradient, float *velocity, float gradient_scale, float rate,
            float momentum, float decay) {
  active.sgd(count, value, gradient, velocity, gradient_scale, rate, momentum, decay);
}

void ck_adam(size_t count, float *value, const float *gradient, float *first_moment, float *second_moment,
             float gradient_scale, float rate, float beta1, float alpha1, float beta2, float alpha2, float second_scale, float epsilon,
             float decay) {
  active.adam(count, value, gradient, first_moment, second_moment, gradient_scale, rate, beta1, alpha1, beta2, alpha2,
              second_scale, epsilon, decay);
}
