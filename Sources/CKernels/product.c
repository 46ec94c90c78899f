// C = start + A · B in nested blocks (Goto & van de Geijn 2008): as many rows of A as let those of C stay in the second
// cache, an inner size that lets a panel of B stay there too, and a tile of C in registers.
//
// Rows of A are read where they stand; only where its columns are contiguous are strips of them copied. Each element of C
// is the sum, over blocks of the inner size, of a chain of fused multiply-adds in its order, whatever the number of rows
// and columns that are computed together: so the work may be cut anywhere.
#include "kernels.h"

/// The numbers of the block of the inner size k that starts at p, and their units.
static size_t depth_at(const struct product_kernels *product, size_t k, size_t p) {
  return k - p < UNITS * product->pair ? k - p : UNITS * product->pair;
}

static size_t units_of(const struct product_kernels *product, size_t k) {
  return (k + product->pair - 1) / product->pair;
}

size_t packed_units(const struct product_kernels *product, size_t k, size_t n) {
  return units_of(product, k) * ((n + LANES - 1) / LANES * LANES);
}

void pack_right(const struct product_kernels *product, size_t k, size_t n, const float *b, size_t b_row,
                size_t b_column, float *packed) {
  for (size_t p = 0; p < k; p += depth_at(product, k, p)) {
    product->pack(depth_at(product, k, p), n, b + p * b_row, b_row, b_column, packed + packed_units(product, p, n));
  }
}

/// A block of A by some columns of a packed block of B.
static void multiply_block(const struct product_kernels *product, size_t m, size_t n, size_t units, struct left a,
                           const float *packed, struct range columns, const float *start, size_t start_row, float *c,
                           size_t c_row) {
  const size_t strips = (m + product->tile_rows - 1) / product->tile_rows, vectors = product->tile_columns / LANES;
  const int is_laid_out = a.row == 1;
  for (size_t j = columns.from, end; j < columns.to; j = end) {
    end = j / PANEL * PANEL + PANEL;
    if (end > j + product->tile_columns) end = j + product->tile_columns;
    if (end > columns.to) end = columns.to;
    const float *b = packed + panel_place(units, n, 0, j);
    for (size_t s = 0, i = 0, rows; s < strips; s++, i += rows) {
      // Strips that were laid out are full but for the last; others are as even as can be.
      rows = (m - i) / (strips - s);
      if (is_laid_out) rows = m - i < product->tile_rows ? m - i : product->tile_rows;
      const struct left strip = {a.first + i * (is_laid_out ? units : a.row), a.row, a.column};
      product->tiles[(rows - 1) * vectors + (end - j - 1) / LANES](units, strip, b, panel_width(n, j),
                                                                   start ? start + i * start_row + j : NULL, start_row,
                                                                   c + i * c_row + j, c_row, end - j);
    }
  }
}

void multiply_packed(const struct product_kernels *product, size_t m, size_t n, size_t k, struct left a,
                     const float *packed, struct range columns, const float *start, size_t start_row, float *c,
                     size_t c_row) {
  for (size_t i = 0; i < m; i += MC) {
    const size_t rows = m - i < MC ? m - i : MC;
    size_t p = 0;
    do {
      const size_t depth = depth_at(product, k, p);
      const struct left block = {a.first + i * a.row + p / product->pair, a.row, 1};
      const float *from = p > 0 ? c + i * c_row : start ? start + i * start_row : NULL;
      multiply_block(product, rows, n, units_of(product, depth), block, packed + packed_units(product, p, n), columns,
                     from, p > 0 ? c_row : start_row, c + i * c_row, c_row);
      p += depth;
    } while (p < k);
  }
}

struct product {
  const struct ck_context *context;
  size_t m, n, k;
  const float *a;
  size_t a_row, a_column;
  const float *b;
  size_t b_row, b_column;
  const float *start;
  size_t start_row;
  float *c;
  size_t c_row;
};

/// Some rows and columns: B is packed NC columns at a time, so that the scratch memory does not grow with it.
static void multiply_part(const struct product *x, struct range rows, struct range columns, size_t member) {
  const struct product_kernels *product = &x->context->product;
  float *left = left_scratch(x->context, member), *right = right_scratch(x->context, member);
  const size_t pieces = (columns.to - columns.from + NC - 1) / NC;
  for (size_t piece = 0; piece < pieces; piece++) {
    const struct range part = share_of(columns.to - columns.from, PANEL, piece, pieces);
    const size_t j = columns.from + part.from, n = part.to - part.from;
    size_t p = 0;
    do {
      const size_t depth = depth_at(product, x->k, p);
      product->pack(depth, n, x->b + p * x->b_row + j * x->b_column, x->b_row, x->b_column, right);
      const float *start = p > 0 ? x->c : x->start;
      const size_t start_row = p > 0 ? x->c_row : x->start_row;
      for (size_t i = rows.from; i < rows.to; i += MC) {
        const size_t height = rows.to - i < MC ? rows.to - i : MC;
        const float *block = x->a + i * x->a_row + p * x->a_column;
        multiply_block(product, height, n, units_of(product, depth),
                       product->prepare(height, depth, block, x->a_row, x->a_column, left), right,
                       (struct range){0, n}, start ? start + i * start_row + j : NULL, start_row,
                       x->c + i * x->c_row + j, x->c_row);
      }
      p += depth;
    } while (p < x->k);
  }
}

/// With more rows than columns each member packs all of B and takes some rows; else each takes some columns.
static void multiply_member(const void *argument, size_t member, size_t members) {
  const struct product *x = argument;
  if (x->m >= x->n) {
    multiply_part(x, share_of(x->m, x->context->product.tile_rows, member, members), (struct range){0, x->n}, member);
  } else {
    multiply_part(x, (struct range){0, x->m}, share_of(x->n, LANES, member, members), member);
  }
}

void ck_multiply(struct ck_context *context, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                 size_t a_column, const float *b, size_t b_row, size_t b_column, const float *start, size_t start_row,
                 float *c, size_t c_row) {
  const struct product product = {context, m,        n,     k,         a, a_row, a_column, b,
                                  b_row,   b_column, start, start_row, c, c_row};
  share_out(context, m * n * k, multiply_member, &product);
}

struct packing {
  const struct product_kernels *product;
  size_t k, n;
  const float *b;
  size_t b_row, b_column;
  float *packed;
};

/// A member's panels of every block.
static void pack_member(const void *argument, size_t member, size_t members) {
  const struct packing *x = argument;
  const struct range columns = share_of(x->n, PANEL, member, members);
  if (columns.from >= columns.to) return;
  for (size_t p = 0; p < x->k; p += depth_at(x->product, x->k, p)) {
    const size_t depth = depth_at(x->product, x->k, p);
    x->product->pack(depth, columns.to - columns.from, x->b + p * x->b_row + columns.from * x->b_column, x->b_row,
                     x->b_column,
                     x->packed + packed_units(x->product, p, x->n) + columns.from * units_of(x->product, depth));
  }
}

size_t ck_packed_size(const struct ck_context *context, size_t k, size_t n) {
  return packed_units(&context->product, k, n) * sizeof(float);
}

void ck_pack(struct ck_context *context, size_t k, size_t n, const float *b, size_t b_row, size_t b_column,
             void *packed) {
  const struct packing packing = {&context->product, k, n, b, b_row, b_column, packed};
  share_out(context, k * n, pack_member, &packing);
}

struct packed_product {
  const struct ck_context *context;
  size_t m, n, k;
  const float *a;
  size_t a_row;
  const float *packed;
  float *c;
  size_t c_row;
};

static void multiply_packed_part(const struct packed_product *x, struct range rows, struct range columns,
                                 size_t member) {
  const struct product_kernels *product = &x->context->product;
  float *left = left_scratch(x->context, member);
  if (columns.from >= columns.to) return;
  for (size_t i = rows.from; i < rows.to; i += MC) {
    const size_t height = rows.to - i < MC ? rows.to - i : MC;
    float *c = x->c + i * x->c_row;
    for (size_t p = 0; p < x->k; p += depth_at(product, x->k, p)) {
      const size_t depth = depth_at(product, x->k, p);
      multiply_block(product, height, x->n, units_of(product, depth),
                     product->prepare(height, depth, x->a + i * x->a_row + p, x->a_row, 1, left),
                     x->packed + packed_units(product, p, x->n), columns, p > 0 ? c : NULL, x->c_row, c, x->c_row);
    }
  }
}

/// With many rows each member takes some of them; else each takes some columns.
static void multiply_packed_member(const void *argument, size_t member, size_t members) {
  const struct packed_product *x = argument;
  if (x->m >= x->n) {
    multiply_packed_part(x, share_of(x->m, x->context->product.tile_rows, member, members), (struct range){0, x->n},
                         member);
  } else {
    multiply_packed_part(x, (struct range){0, x->m}, share_of(x->n, LANES, member, members), member);
  }
}

void ck_multiply_packed(struct ck_context *context, size_t m, size_t n, size_t k, const float *a, size_t a_row,
                        const void *packed, float *c, size_t c_row) {
  const struct packed_product product = {context, m, n, k, a, a_row, packed, c, c_row};
  share_out(context, m * n * k, multiply_packed_member, &product);
}
