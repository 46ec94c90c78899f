#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "inference.h"

// Single-threaded float kernels, row-major, for the instruction set found at run time. Every reduction runs in an order
// fixed by the shape of one row or one column alone, so a result never depends on how many rows are computed together;
// and every instruction set with fused multiply-add gives the same bits.

// MARK: Matrix products. An element (i, p) of A stands at a[i·a_row + p·a_column]; the same for B.

/// The floats that a packed B [k, n] takes.
size_t ck_packed_count(size_t k, size_t n);

/// The floats of scratch memory that a product needs.
size_t ck_scratch_count(void);

/// Lays B [k, n] out in the order in which a product reads it.
void ck_pack(size_t k, size_t n, const float *b, size_t b_row, size_t b_column, float *packed);

/// C [m, n] = A [m, k] · B, or C += A · B when `accumulate` is not 0, with B packed.
void ck_multiply_packed(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                        const float *packed, float *c, size_t c_row, int accumulate, float *scratch);

/// The same with B as it is.
void ck_multiply(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column, const float *b,
                 size_t b_row, size_t b_column, float *c, size_t c_row, int accumulate, float *scratch);

// MARK: The LSTM cell. Gates [rows, 4H] stand in the order i, f, g, o; peepholes [3H] in the order i, o, f, or null.

/// From pre-activations without bias to activations, in place, with the new cell and the new output.
void ck_lstm_step(size_t rows, size_t hidden, float *gates, const float *bias, const float *peepholes,
                  const float *c_previous, float *c, float *h);

/// From activations to gradients of the pre-activations, in place; dc goes in for this step and comes out for the one
/// before.
void ck_lstm_step_backward(size_t rows, size_t hidden, float *gates, const float *peepholes, const float *c_previous,
                           const float *c, const float *dh, float *dc);

// MARK: Softmax. Logits [rows, columns]; log-probabilities in nats.

/// log p(target) of every row; logits become (p - onehot(target)) · scale.
void ck_cross_entropy(size_t rows, size_t columns, float *logits, const uint32_t *targets, float scale,
                      double *log_probabilities);

/// log p(target) of every row; logits stay.
void ck_log_probability(size_t rows, size_t columns, const float *logits, const uint32_t *targets,
                        double *log_probabilities);

// MARK: Rows and vectors.

/// out[r, :] = table[ids[r], :].
void ck_gather_rows(size_t rows, size_t columns, const float *table, const uint32_t *ids, float *out);

/// table[ids[r], :] += x[r, :], in the order of the rows.
void ck_scatter_add_rows(size_t rows, size_t columns, const float *x, const uint32_t *ids, float *table);

/// out[r, :] = row.
void ck_fill_rows(size_t rows, size_t columns, const float *row, float *out);

/// out[:] += the sum over r of x[r, :].
void ck_sum_rows(size_t rows, size_t columns, const float *x, size_t x_row, float *out);

/// out[:] += the sum over r of x[r, :] · y[r, :].
void ck_sum_product_rows(size_t rows, size_t columns, const float *x, size_t x_row, const float *y, size_t y_row,
                         float *out);

/// y += x.
void ck_add(size_t count, const float *x, float *y);

/// The sum of squares, in double.
double ck_sum_of_squares(size_t count, const float *x);

/// Inverted dropout by Philox 4x32-10: out = x / (1 - rate) where kept, else 0. x and out may be the same.
///
/// Element i is decided by word (i mod 64) / 16 of the block with counter (i / 64 · 16 + i mod 16, stream low, stream
/// high, 0): it is kept when the word is at least rate · 2^32.
void ck_dropout(size_t count, const float *x, float rate, uint64_t seed, uint64_t stream, float *out);

// MARK: Optimizers. The gradient is multiplied by gradient_scale as it is read.

/// value = decay · value - rate · v, where v = momentum · v + gradient; velocity may be null without momentum.
void ck_sgd(size_t count, float *value, const float *gradient, float *velocity, float gradient_scale, float rate,
            float momentum, float decay);

/// Adam (Kingma & Ba 2015), with decoupled decay (Loshchilov & Hutter 2019): value = decay · value - rate · m / (√v ·
/// second_scale + epsilon), after m = beta1 · m + alpha1 · g and v = beta2 · v + alpha2 · g².
void ck_adam(size_t count, float *value, const float *gradient, float *first_moment, float *second_moment,
             float gradient_scale, float rate, float beta1, float alpha1, float beta2, float alpha2, float second_scale, float epsilon,
             float decay);

#endif
