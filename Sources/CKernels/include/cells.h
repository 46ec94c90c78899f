#ifndef CKERNELS_CELLS_H
#define CKERNELS_CELLS_H

#include <stddef.h>
#include <stdint.h>

// What a cell computes in one step of B lanes, where a layer goes step by step: a packed product and elementwise kernels,
// each row of which is the same bits whatever the number of rows and threads.

struct ck_context;

// MARK: Products by a packed matrix

/// The bytes that a packed B [k, n] takes.
size_t ck_packed_size(const struct ck_context *context, size_t k, size_t n);

/// Packs B [k, n], of which element (p, j) stands at b[p·b_row + j·b_column], at a multiple of 64.
void ck_pack(struct ck_context *context, size_t k, size_t n, const float *b, size_t b_row, size_t b_column,
             void *packed);

/// C [m, n] = A [m, k] · B for a packed B [k, n]; rows of A and of C are a_row and c_row apart.
void ck_multiply_packed(struct ck_context *context, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        const void *packed, float *c, size_t c_row);

// MARK: Cells. Products of the input stand in `gates`, those of the state in `recurrent`, both without bias.

/// What the input gate of an LSTM is: σ of its own, 1 - f (coupled), or the lesser of the two (capped).
enum { ck_free, ck_coupled, ck_capped };

/// What one step of a cell of H units reads and writes; each cell says what it uses.
struct ck_cell {
  size_t lanes, hidden;
  float *gates, *recurrent;                  ///< [B, the gates]
  const float *input_bias, *recurrent_bias;  ///< [the gates]
  const float *h_previous;                   ///< [B, H]
  float *h;                                  ///< [B, H]
  const float *dh;                           ///< [B, H]
  float *d_previous;                         ///< [B, H]
  int input_gate;
  const float *peepholes;   ///< [3H] in the order i, o, f, without i where it is coupled; or null
  const float *c_previous;  ///< [B, H]
  float *c, *dc;            ///< [B, H]
};

/// A GRU: gates r, z, n become activations, the last third of `recurrent` becomes W_hn h + b_hn, h is written.
void ck_gru(struct ck_context *context, const struct ck_cell *cell);

/// From dh: gates and recurrent become gradients of the products; d_previous is what goes past the products.
void ck_gru_backward(struct ck_context *context, const struct ck_cell *cell);

/// An LSTM up to its new c: gates i, f, g, o, without i where it is coupled, become activations (i before it is capped).
void ck_lstm_gates(struct ck_context *context, const struct ck_cell *cell);

/// From dc of the new c to that of the one before; gates become gradients of the products, of which o's are already.
void ck_lstm_gates_backward(struct ck_context *context, const struct ck_cell *cell);

/// h = o tanh(c), for gates that are activations.
void ck_lstm_output(struct ck_context *context, const struct ck_cell *cell);

/// From dh: dc is that of c, and o becomes the gradient of its product.
void ck_lstm_output_backward(struct ck_context *context, const struct ck_cell *cell);

/// h = tanh of the sum of both products and biases, which goes into gates, too.
void ck_elman(struct ck_context *context, const struct ck_cell *cell);

/// From dh: gates become the gradient of the products.
void ck_elman_backward(struct ck_context *context, const struct ck_cell *cell);

// MARK: Rows

/// Layer normalization (Ba et al. 2016) of rows of n numbers.
struct ck_norm {
  size_t rows, columns;
  float *x;               ///< [rows, n]; becomes (x - mean) / deviation
  float *inverse;         ///< [rows], 1 / deviation
  const float *gain;      ///< [n]
  const float *bias;      ///< [n], or null
  float *y;               ///< [rows, n]: gain times that, plus bias
  const float *dy;        ///< [rows, n]
};

/// Normalizes rows; a deviation is √(variance + 1e-5).
void ck_normalize(struct ck_context *context, const struct ck_norm *norm);

/// From dy: x, from what the forward pass left there, becomes the gradient of what it was before.
void ck_normalize_backward(struct ck_context *context, const struct ck_norm *norm);

/// out[:] += the sum over r of a[r, :] · b[r, :].
void ck_sum_products(const struct ck_context *context, size_t rows, size_t columns, const float *a, size_t a_row,
                     const float *b, size_t b_row, float *out);

// MARK: Vectors

/// gate = σ(gate) and y = 2 gate x (Melis et al. 2020).
void ck_mogrify(const struct ck_context *context, size_t count, float *gate, const float *x, float *y);

/// From d, the gradient of y: the gate becomes the gradient of what it was before σ, and d that of x.
void ck_mogrify_backward(const struct ck_context *context, size_t count, float *gate, const float *x, float *d);

/// x = keep x + (1 - keep) previous; where keep is null it is `share` everywhere.
void ck_mix(const struct ck_context *context, size_t count, const float *keep, float share, const float *previous,
            float *x);

/// From d of the mixture: d becomes that of x, and d_previous is that of the other.
void ck_mix_backward(const struct ck_context *context, size_t count, const float *keep, float share, float *d,
                     float *d_previous);

/// 1 where ck_dropout keeps an element, else 0.
void ck_mask(const struct ck_context *context, size_t count, float rate, uint64_t seed, uint64_t stream, float *out);

#endif
