#ifndef CKERNELS_INFERENCE_H
#define CKERNELS_INFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Passes of a network whose weights stay as they are and which keep nothing for a gradient. An element of a result is the
// same bits for any number of rows, lanes, steps and threads; in single precision they are those of the windows that a
// network is trained in.

struct ck_context;

// MARK: Weights

/// How weights are held besides ck_float32 and ck_bfloat16, which are always multiplied in single precision here: as
/// integers from -127 to 127 with a scale for each row of W, multiplied by inputs that are rounded to 14 bits with a scale
/// for each row of x.
enum { ck_int8 = 2 };

/// W [n, k] for products x · Wᵀ. With 4 gates, W is stacked as an LSTM's, and a product's columns are those of the blocks:
/// for each 16 units the four gates, every one filled up to 16.
struct ck_weights {
  int format;
  size_t n, k, gates;
  const void *packed;
};

/// The columns that a product has: n, or with 4 gates all those of the blocks.
size_t ck_columns(size_t n, size_t gates);

/// The bytes that laid out weights take.
size_t ck_weights_size(int format, size_t n, size_t k, size_t gates);

/// Lays out W, whose rows are w_row floats apart, at a multiple of 64.
void ck_pack_weights(int format, size_t n, size_t k, size_t gates, const float *w, size_t w_row, void *packed);

/// Zeros at a multiple of 64 bytes, in large pages where they are many; null when there is no memory. Given back by free.
void *ck_allocate(size_t size);

// MARK: Passes

/// y [rows, columns] = x · Wᵀ + bias [n]; bias may be null, and is with 4 gates.
void ck_affine(struct ck_context *context, const struct ck_weights *weights, size_t rows, const float *x, size_t x_row,
               const float *bias, float *y);

/// A layer of LSTM cells: gates in the order i, f, g, o, peepholes [3H] in the order i, o, f, or null.
struct ck_lstm {
  size_t hidden;
  struct ck_weights recurrent;
  struct ck_weights input;  ///< without k where there is a table
  const float *table;       ///< x · W_xᵀ [V, columns] of every token, or null
  const float *bias;        ///< [4H]
  const float *peepholes;
};

/// T steps of B lanes: h [T·B, H] and the last c [B, H], from rows `sources` [B] of the h and c before them.
///
/// The input is x [T·B, I], or with a table the tokens [T·B]. The state before a step is zero where resets [T·B], which may
/// be null, has it so. c may not be c_previous, nor h h_previous.
void ck_lstm_infer(struct ck_context *context, const struct ck_lstm *layer, size_t steps, size_t lanes, const float *x,
                   const uint32_t *tokens, const uint32_t *sources, const bool *resets, const float *h_previous,
                   const float *c_previous, float *h, float *c);

#endif
