// What the files of this target share: the kernels that one thread runs, once for each instruction set, and contexts.
#ifndef KERNELS_H
#define KERNELS_H

#include "CKernels.h"

#define LANES 16           // floats of a vector
#define PANEL (2 * LANES)  // columns of B that stand together
#define MC 64              // rows of a block of A
#define NC 1024            // columns of B that a product packs at a time
#define UNITS 512          // inner size of a block
#define AHEAD 16           // rows that are asked for before they are read

/// A factor A as tiles read it: unit (i, p) at first[i·row + p·column].
///
/// A unit is a number in single precision. In bfloat16 it is a pair of numbers that follow one another along the inner
/// dimension, the second of them zero behind its end.
struct left {
  const float *first;
  size_t row, column;
};

/// C [rows, columns] = start + A · B for one tile, of a panel of B with its rows b_row units apart.
typedef void tile_kernel(size_t units, struct left a, const float *b, size_t b_row, const float *start,
                         size_t start_row, float *c, size_t c_row, size_t columns);

/// Products in one precision.
struct product_kernels {
  size_t pair;                     ///< the numbers of a unit: 1 or 2
  size_t tile_rows, tile_columns;  ///< of the largest tile
  tile_kernel *const *tiles;       ///< by rows and by vectors of columns, both from 1
  /// A block of A [m, k] as it is, or laid out in scratch memory: strips of a tile's rows have row 1.
  struct left (*prepare)(size_t m, size_t k, const float *a, size_t a_row, size_t a_column, float *scratch);
  /// Rows of numbers as rows of units, where the two differ.
  void (*round)(size_t m, size_t k, const float *a, size_t a_row, float *out, size_t out_row);
  /// A block of B [k, n] in panels of 32 columns, filled up with zeros.
  void (*pack)(size_t k, size_t n, const float *b, size_t b_row, size_t b_column, float *packed);
};

/// Lanes `from` ..< `to` of a step of a cell.
typedef void cell_kernel(const struct ck_cell *cell, size_t from, size_t to);

/// Rows `from` ..< `to` of a norm.
typedef void norm_kernel(const struct ck_norm *norm, size_t from, size_t to);

/// The kernels of one instruction set.
struct kernels {
  struct product_kernels product;
  /// One step of a layer of H cells, of which units `from` ..< `to` are done; rows with a reset start from zero.
  void (*cell)(size_t rows, size_t H, size_t from, size_t to, float *gates, const float *bias, const float *peepholes,
               const bool *resets, const float *c_previous, float *c, float *h);
  void (*cell_backward)(size_t rows, size_t H, size_t from, size_t to, float *gates, const float *peepholes,
                        const bool *resets, const float *c_previous, const float *c, const float *dh, float *dc,
                        float *d_bias, float *d_peepholes);
  void (*cross_entropy)(size_t rows, size_t columns, float *logits, const uint32_t *targets, float scale,
                        double *log_probabilities);
  void (*log_probability)(size_t rows, size_t columns, const float *logits, const uint32_t *targets,
                          double *log_probabilities);
  void (*log_softmax)(size_t rows, size_t columns, const float *logits, const float *start, size_t start_row,
                      float *out, size_t out_row);
  void (*scatter_add_rows)(size_t rows, size_t columns, const float *x, size_t x_row, const uint32_t *ids,
                           float *table, size_t table_row);
  void (*sum_rows)(size_t rows, size_t columns, const float *x, size_t x_row, float *out);
  void (*add_row_dots)(size_t rows, size_t columns, const float *a, const float *b, float *out, size_t out_row);
  void (*scale_rows)(size_t rows, size_t columns, const float *factors, float *x);
  void (*add)(size_t count, const float *x, float factor, float *y);
  void (*average)(size_t count, const float *x, float share, float *mean);
  double (*sum_of_squares)(size_t count, const float *x);
  void (*dropout)(size_t first, size_t count, const float *x, float rate, uint64_t seed, uint64_t stream, float *out);
  void (*sgd)(size_t count, float *value, const float *gradient, float *velocity, const struct ck_sgd_step *step);
  void (*adam)(size_t count, float *value, const float *gradient, float *first_moment, float *second_moment,
               const struct ck_adam_step *step);
  cell_kernel *gru, *gru_backward, *elman, *elman_backward;
  cell_kernel *lstm_gates, *lstm_gates_backward, *lstm_output, *lstm_output_backward;
  norm_kernel *normalize, *normalize_backward;
  void (*sum_products)(size_t rows, size_t columns, const float *a, size_t a_row, const float *b, size_t b_row,
                       float *out);
  void (*mogrify)(size_t count, float *gate, const float *x, float *y);
  void (*mogrify_backward)(size_t count, float *gate, const float *x, float *d);
  void (*mix)(size_t count, const float *keep, float share, const float *previous, float *x);
  void (*mix_backward)(size_t count, const float *keep, float share, float *d, float *d_previous);
  void (*mask)(size_t first, size_t count, float rate, uint64_t seed, uint64_t stream, float *out);
};

extern const struct kernels kernels_plain;
#if defined(__x86_64__)
extern const struct kernels kernels_avx2, kernels_avx512;
extern const struct product_kernels product_bfloat16;
#endif

/// The work of passes without gradients; inference_layout.h has their arguments.
struct inference_kernels {
  void (*affine)(const void *work, size_t member, size_t members);
  void (*lstm)(const void *work, size_t member, size_t members);
};

/// Those for an instruction set, as far as the machine has all that they need.
const struct inference_kernels *inference_kernels_of(int instruction_set);

struct ck_context {
  const struct kernels *kernels;
  const struct inference_kernels *inference;
  struct product_kernels product;
  struct ck_team *team;
  size_t threads;
  float *scratch;  // for each member a block of A and one of B
  void *shared;    // what the members leave for one another
  size_t shared_size;
};

/// Scratch memory of one member for a block of A, and for one of B.
float *left_scratch(const struct ck_context *context, size_t member);
float *right_scratch(const struct ck_context *context, size_t member);

/// Memory that the members share; it is kept for the next time.
void *shared_memory(struct ck_context *context, size_t size);

/// The work of one of some members.
typedef void member_work(const void *argument, size_t member, size_t members);

/// Has every member of the team work; a single one where `size`, a number of operations, is small.
void share_out(const struct ck_context *context, size_t size, member_work *work, const void *argument);

struct range {
  size_t from, to;
};

/// A member's share of `count`, in whole units but for the end.
struct range share_of(size_t count, size_t unit, size_t member, size_t members);

/// The columns of the panel of column j: 32, or 16 in the last one where that is enough.
static inline size_t panel_width(size_t n, size_t j) { return n - j / PANEL * PANEL > LANES ? PANEL : LANES; }

/// Where unit (q, j) of a packed block stands that has so many units of the inner size.
static inline size_t panel_place(size_t units, size_t n, size_t q, size_t j) {
  return j / PANEL * PANEL * units + q * panel_width(n, j) + j % PANEL;
}

/// The units of a packed B [k, n].
size_t packed_units(const struct product_kernels *product, size_t k, size_t n);

/// Packs B [k, n], block after block.
void pack_right(const struct product_kernels *product, size_t k, size_t n, const float *b, size_t b_row,
                size_t b_column, float *packed);

/// Columns of C = start + A · B for a packed B [k, n]; both ends are multiples of 16 or the end. Rows of A are units.
void multiply_packed(const struct product_kernels *product, size_t m, size_t n, size_t k, struct left a,
                     const float *packed, struct range columns, const float *start, size_t start_row, float *c,
                     size_t c_row);

#endif
