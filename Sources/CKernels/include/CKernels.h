#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cells.h"
#include "inference.h"
#include "team.h"

// Kernels of single precision, row-major, for an instruction set, shared out among a team of threads. Every reduction runs
// in an order fixed by the shape of one row or one column alone, so a result depends neither on how many rows are computed
// together nor on the number of threads; and every instruction set with fused multiply-add gives the same bits.

// MARK: Contexts

/// The instruction sets that the kernels are compiled for: that of the compiler's target (with NEON on arm64), AVX2 with
/// FMA, and AVX-512 (F, BW, DQ, VL). Each one includes those before it.
enum { ck_plain, ck_avx2, ck_avx512 };

/// What the factors of a product are rounded to, to nearest even, before they are multiplied; sums are of single precision.
enum { ck_float32, ck_bfloat16 };

/// Whether the machine has an instruction set, with the products of a precision.
int ck_supports(int instruction_set, int precision);

/// What every kernel is given: an instruction set, a precision, a team (or none) and scratch memory for it. One thread
/// uses it at a time.
struct ck_context;

/// A context that the machine supports; null when there is no memory. The team must live longer.
struct ck_context *ck_context_create(int instruction_set, int precision, struct ck_team *team);
void ck_context_destroy(struct ck_context *context);

// MARK: Products. An element (i, p) of A stands at a[i·a_row + p·a_column]; the same for B.

/// C [m, n] = start + A [m, k] · B [k, n]: start [m, n] has its rows `start_row` apart, 0 for a row that is added to every
/// one; it is null for nothing, or C itself.
void ck_multiply(struct ck_context *context, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                 size_t a_column, const float *b, size_t b_row, size_t b_column, const float *start, size_t start_row,
                 float *c, size_t c_row);

// MARK: Windows of an LSTM layer. Gates stand in the order i, f, g, o; peepholes [3H] in the order i, o, f, or null.

/// T steps of B lanes of a layer with I inputs and H units.
///
/// Before step t stand rows t·B of h and c [(T+1)·B, H], and behind it rows (t+1)·B. The gates [T·B, 4H] are activations
/// after the forward pass and gradients of the pre-activations after the backward pass.
struct ck_window {
  size_t steps, lanes, input, hidden;
  const float *x;         ///< [T·B, I], or null when the input's products are read from a table
  const float *table;     ///< x · W_xᵀ [V, 4H] of every token
  const uint32_t *tokens; ///< [T·B]
  const void *weights;    ///< packed by ck_pack_lstm
  const float *bias;      ///< [4H]
  const float *peepholes;
  const bool *resets;  ///< [T·B]: where the state before the step is taken for zero; null for nowhere
  float *gates, *c, *h;
};

/// The bytes that the packed weights of a layer take; without input where that is 0.
size_t ck_packed_lstm_size(const struct ck_context *context, size_t input, size_t hidden);

/// Lays out W_x [4H, I] and W_h [4H, H] as windows read them; they stand at a multiple of 64.
void ck_pack_lstm(struct ck_context *context, size_t input, size_t hidden, const float *w_x, const float *w_h,
                  void *packed);

/// From the state before the window to the states and gates of all steps.
void ck_lstm_forward_window(struct ck_context *context, const struct ck_window *window);

/// The gradients of the pre-activations, from dh [T·B, H], which takes in what comes back through the recurrence, and
/// dc [B, H], which ends as that of the cells before the window. The sums over all rows are added to d_bias [4H] and
/// d_peepholes [3H], which is null without peepholes. States h that were taken for zero are zero afterwards.
void ck_lstm_backward_window(struct ck_context *context, const struct ck_window *window, float *dh, float *dc,
                             float *d_bias, float *d_peepholes);

// MARK: Softmax. Logits [rows, columns]; log-probabilities in nats.

/// log p(target) of every row; logits become (p - onehot(target)) · scale.
void ck_cross_entropy(const struct ck_context *context, size_t rows, size_t columns, float *logits,
                      const uint32_t *targets, float scale, double *log_probabilities);

/// log p(target) of every row; logits stay.
void ck_log_probability(const struct ck_context *context, size_t rows, size_t columns, const float *logits,
                        const uint32_t *targets, double *log_probabilities);

/// out = logits - log Σ e^logits + start, row by row; rows of start [rows, 1] and of out have gaps.
void ck_log_softmax(const struct ck_context *context, size_t rows, size_t columns, const float *logits,
                    const float *start, size_t start_row, float *out, size_t out_row);

// MARK: Rows and vectors

/// out[r, :] = table[ids[r], :].
void ck_gather_rows(const struct ck_context *context, size_t rows, size_t columns, const float *table,
                    const uint32_t *ids, float *out);

/// table[ids[r], :] += x[r, :], in the order of the rows.
void ck_scatter_add_rows(const struct ck_context *context, size_t rows, size_t columns, const float *x,
                         const uint32_t *ids, float *table);

/// out[:] += the sum over r of x[r, :].
void ck_sum_rows(const struct ck_context *context, size_t rows, size_t columns, const float *x, size_t x_row,
                 float *out);

/// out[r] += a[r, :] · b[r, :]; rows of out [rows, 1] have gaps.
void ck_add_row_dots(const struct ck_context *context, size_t rows, size_t columns, const float *a, const float *b,
                     float *out, size_t out_row);

/// x[r, :] = factors[r] · x[r, :].
void ck_scale_rows(const struct ck_context *context, size_t rows, size_t columns, const float *factors, float *x);

/// y += factor · x.
void ck_add(const struct ck_context *context, size_t count, const float *x, float factor, float *y);

/// mean += share · (x - mean).
void ck_average(const struct ck_context *context, size_t count, const float *x, float share, float *mean);

/// x = 0.
void ck_clear(const struct ck_context *context, size_t count, float *x);

/// The sum of squares, in double.
double ck_sum_of_squares(struct ck_context *context, size_t count, const float *x);

/// Inverted dropout by Philox 4x32-10: out = x / (1 - rate) where kept, else 0. x and out may be the same.
///
/// Element i is decided by word (i mod 64) / 16 of the block with counter (i / 64 · 16 + i mod 16, stream low, stream
/// high, 0): it is kept when the word is at least rate · 2^32.
void ck_dropout(const struct ck_context *context, size_t count, const float *x, float rate, uint64_t seed,
                uint64_t stream, float *out);

// MARK: Optimizers. The gradient is multiplied by gradient_scale as it is read.

/// value = decay · value - rate · v, where v = momentum · v + gradient.
struct ck_sgd_step {
  float gradient_scale, rate, momentum, decay;
};

/// A step; velocity may be null without momentum.
void ck_sgd(const struct ck_context *context, size_t count, float *value, const float *gradient, float *velocity,
            const struct ck_sgd_step *step);

/// Adam (Kingma & Ba 2015), with decoupled decay (Loshchilov & Hutter 2019): value = decay · value - rate · m / (√v ·
/// second_scale + epsilon), after m = beta1 · m + alpha1 · g and v = beta2 · v + alpha2 · g², where g = gradient_scale ·
/// gradient + penalty · value. Without a first moment m is g.
struct ck_adam_step {
  float gradient_scale, penalty, rate, beta1, alpha1, beta2, alpha2, second_scale, epsilon, decay;
};

void ck_adam(const struct ck_context *context, size_t count, float *value, const float *gradient, float *first_moment,
             float *second_moment, const struct ck_adam_step *step);

#endif
