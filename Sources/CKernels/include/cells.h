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

/// What one step of a cell of H units reads and writes; each cell says what it uses.
struct ck_cell {
  size_t lanes, hidden;
  float *gates, *recurrent;                    ///< [B, the gates]
  const float *input_bias, *recurrent_bias;    ///< [the gates]
  const float *h_previous;                     ///< [B, H]
  float *h;                                    ///< [B, H]
  const float *dh;                             ///< [B, H]
  float *d_previous;                           ///< [B, H]
};

/// A GRU: gates r, z, n become activations, the last third of `recurrent` becomes W_hn h + b_hn, h is written.
void ck_gru(struct ck_context *context, const struct ck_cell *cell);

/// From dh: gates and recurrent become gradients of the products; d_previous is what goes past the products.
void ck_gru_backward(struct ck_context *context, const struct ck_cell *cell);

/// h = tanh of the sum of both products and biases, which goes into gates, too.
void ck_elman(struct ck_context *context, const struct ck_cell *cell);

/// From dh: gates become the gradient of the products.
void ck_elman_backward(struct ck_context *context, const struct ck_cell *cell);

#endif
