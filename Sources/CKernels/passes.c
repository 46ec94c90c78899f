// What a team shares out by rows, by columns, or by pieces of a vector.
#include <string.h>

#include "kernels.h"

#define PIECE ((size_t)1 << 14)  // numbers of a vector whose squares are summed by themselves

struct pass {
  const struct ck_context *context;
  size_t rows, columns;
  const float *x, *start, *factor;
  float *y, *z, *out;
  const uint32_t *ids;
  float scale;
  size_t row, start_row, factor_row;
  double *sums;
  uint64_t seed, stream;
  const void *step;
};

#define PASS(name) static void name(const void *argument, size_t member, size_t members)
#define SHARE(count, unit)                \
  const struct pass *pass = argument;     \
  const struct kernels *kernels = pass->context->kernels; \
  const struct range share = share_of(count, unit, member, members); \
  const size_t from = share.from, n = share.to > from ? share.to - from : 0; \
  (void)kernels; \
  if (n == 0) return;

PASS(cross_entropy) {
  SHARE(pass->rows, 1)
  kernels->cross_entropy(n, pass->columns, pass->out + from * pass->columns, pass->ids + from, pass->scale,
                         pass->sums + from);
}

PASS(log_probability) {
  SHARE(pass->rows, 1)
  kernels->log_probability(n, pass->columns, pass->x + from * pass->columns, pass->ids + from, pass->sums + from);
}

PASS(log_softmax) {
  SHARE(pass->rows, 1)
  kernels->log_softmax(n, pass->columns, pass->x + from * pass->columns, pass->start + from * pass->start_row,
                       pass->start_row, pass->out + from * pass->row, pass->row);
}

PASS(gather_rows) {
  SHARE(pass->rows, 1)
  for (size_t r = from; r < from + n; r++) {
    memcpy(pass->out + r * pass->columns, pass->x + (size_t)pass->ids[r] * pass->columns,
           pass->columns * sizeof(float));
  }
}

PASS(scatter_add_rows) {
  SHARE(pass->columns, LANES)
  kernels->scatter_add_rows(pass->rows, n, pass->x + from, pass->columns, pass->ids, pass->out + from, pass->columns);
}

PASS(sum_rows) {
  SHARE(pass->columns, LANES)
  kernels->sum_rows(pass->rows, n, pass->x + from, pass->row, pass->out + from);
}

PASS(add_row_dots) {
  SHARE(pass->rows, 1)
  kernels->add_row_dots(n, pass->columns, pass->x + from * pass->columns, pass->factor + from * pass->columns,
                        pass->out + from * pass->row, pass->row);
}

PASS(scale_rows) {
  SHARE(pass->rows, 1)
  kernels->scale_rows(n, pass->columns, pass->x + from, pass->out + from * pass->columns);
}

PASS(add) {
  SHARE(pass->columns, LANES)
  kernels->add(n, pass->x + from, pass->scale, pass->out + from);
}

PASS(average) {
  SHARE(pass->columns, LANES)
  kernels->average(n, pass->x + from, pass->scale, pass->out + from);
}

PASS(clear) {
  SHARE(pass->columns, LANES)
  memset(pass->out + from, 0, n * sizeof(float));
}

PASS(sum_of_squares) {
  SHARE(pass->columns, PIECE)
  for (size_t i = from; i < from + n; i += PIECE) {
    pass->sums[i / PIECE] = kernels->sum_of_squares(pass->columns - i < PIECE ? pass->columns - i : PIECE, pass->x + i);
  }
}

PASS(dropout) {
  SHARE(pass->columns, 4 * LANES)
  kernels->dropout(from, n, pass->x + from, pass->scale, pass->seed, pass->stream, pass->out + from);
}

PASS(sum_products) {
  SHARE(pass->columns, LANES)
  kernels->sum_products(pass->rows, n, pass->x + from, pass->row, pass->factor + from, pass->factor_row,
                        pass->out + from);
}

PASS(mogrify) {
  SHARE(pass->columns, LANES)
  kernels->mogrify(n, pass->y + from, pass->x + from, pass->out + from);
}

PASS(mogrify_backward) {
  SHARE(pass->columns, LANES)
  kernels->mogrify_backward(n, pass->y + from, pass->x + from, pass->out + from);
}

PASS(mix) {
  SHARE(pass->columns, LANES)
  kernels->mix(n, pass->factor ? pass->factor + from : NULL, pass->scale, pass->x + from, pass->out + from);
}

PASS(mix_backward) {
  SHARE(pass->columns, LANES)
  kernels->mix_backward(n, pass->factor ? pass->factor + from : NULL, pass->scale, pass->y + from, pass->out + from);
}

PASS(mask) {
  SHARE(pass->columns, 4 * LANES)
  kernels->mask(from, n, pass->scale, pass->seed, pass->stream, pass->out + from);
}

PASS(sgd) {
  SHARE(pass->columns, LANES)
  kernels->sgd(n, pass->out + from, pass->x + from, pass->y ? pass->y + from : NULL, pass->step);
}

PASS(adam) {
  SHARE(pass->columns, LANES)
  kernels->adam(n, pass->out + from, pass->x + from, pass->y ? pass->y + from : NULL, pass->z + from, pass->step);
}

#define RUN(work, weight, size, ...)                        \
  do {                                                       \
    const struct pass pass = {.context = context, __VA_ARGS__}; \
    share_out(context, (weight) * (size), work, &pass);      \
  } while (0)

void ck_cross_entropy(const struct ck_context *context, size_t rows, size_t columns, float *logits,
                      const uint32_t *targets, float scale, double *log_probabilities) {
  RUN(cross_entropy, 4, rows * columns, .rows = rows, .columns = columns, .out = logits, .ids = targets, .scale = scale,
      .sums = log_probabilities);
}

void ck_log_probability(const struct ck_context *context, size_t rows, size_t columns, const float *logits,
                        const uint32_t *targets, double *log_probabilities) {
  RUN(log_probability, 4, rows * columns, .rows = rows, .columns = columns, .x = logits, .ids = targets,
      .sums = log_probabilities);
}

void ck_log_softmax(const struct ck_context *context, size_t rows, size_t columns, const float *logits,
                    const float *start, size_t start_row, float *out, size_t out_row) {
  RUN(log_softmax, 4, rows * columns, .rows = rows, .columns = columns, .x = logits,
      .start = start, .start_row = start_row, .out = out, .row = out_row);
}

void ck_gather_rows(const struct ck_context *context, size_t rows, size_t columns, const float *table,
                    const uint32_t *ids, float *out) {
  RUN(gather_rows, 1, rows * columns, .rows = rows, .columns = columns, .x = table, .ids = ids, .out = out);
}

void ck_scatter_add_rows(const struct ck_context *context, size_t rows, size_t columns, const float *x,
                         const uint32_t *ids, float *table) {
  RUN(scatter_add_rows, 1, rows * columns, .rows = rows, .columns = columns, .x = x, .ids = ids, .out = table);
}

void ck_sum_rows(const struct ck_context *context, size_t rows, size_t columns, const float *x, size_t x_row,
                 float *out) {
  RUN(sum_rows, 1, rows * columns, .rows = rows, .columns = columns, .x = x, .row = x_row, .out = out);
}

void ck_add_row_dots(const struct ck_context *context, size_t rows, size_t columns, const float *a, const float *b,
                     float *out, size_t out_row) {
  RUN(add_row_dots, 1, rows * columns, .rows = rows, .columns = columns, .x = a, .factor = b, .out = out, .row = out_row);
}

void ck_scale_rows(const struct ck_context *context, size_t rows, size_t columns, const float *factors, float *x) {
  RUN(scale_rows, 1, rows * columns, .rows = rows, .columns = columns, .x = factors, .out = x);
}

void ck_add(const struct ck_context *context, size_t count, const float *x, float factor, float *y) {
  RUN(add, 1, count, .columns = count, .x = x, .scale = factor, .out = y);
}

void ck_average(const struct ck_context *context, size_t count, const float *x, float share, float *mean) {
  RUN(average, 1, count, .columns = count, .x = x, .scale = share, .out = mean);
}

void ck_clear(const struct ck_context *context, size_t count, float *x) {
  RUN(clear, 1, count, .columns = count, .out = x);
}

double ck_sum_of_squares(struct ck_context *context, size_t count, const float *x) {
  double *sums = shared_memory(context, (count / PIECE + 1) * sizeof(double));
  RUN(sum_of_squares, 1, count, .columns = count, .x = x, .sums = sums);
  double total = 0;
  for (size_t i = 0; i * PIECE < count; i++) total += sums[i];
  return total;
}

void ck_dropout(const struct ck_context *context, size_t count, const float *x, float rate, uint64_t seed,
                uint64_t stream, float *out) {
  RUN(dropout, 4, count, .columns = count, .x = x, .scale = rate, .seed = seed, .stream = stream, .out = out);
}

void ck_sum_products(const struct ck_context *context, size_t rows, size_t columns, const float *a, size_t a_row,
                     const float *b, size_t b_row, float *out) {
  RUN(sum_products, 1, rows * columns, .rows = rows, .columns = columns, .x = a, .row = a_row, .factor = b,
      .factor_row = b_row, .out = out);
}

void ck_mogrify(const struct ck_context *context, size_t count, float *gate, const float *x, float *y) {
  RUN(mogrify, 4, count, .columns = count, .y = gate, .x = x, .out = y);
}

void ck_mogrify_backward(const struct ck_context *context, size_t count, float *gate, const float *x, float *d) {
  RUN(mogrify_backward, 2, count, .columns = count, .y = gate, .x = x, .out = d);
}

void ck_mix(const struct ck_context *context, size_t count, const float *keep, float share, const float *previous,
            float *x) {
  RUN(mix, 1, count, .columns = count, .factor = keep, .scale = share, .x = previous, .out = x);
}

void ck_mix_backward(const struct ck_context *context, size_t count, const float *keep, float share, float *d,
                     float *d_previous) {
  RUN(mix_backward, 1, count, .columns = count, .factor = keep, .scale = share, .y = d, .out = d_previous);
}

void ck_mask(const struct ck_context *context, size_t count, float rate, uint64_t seed, uint64_t stream, float *out) {
  RUN(mask, 4, count, .columns = count, .scale = rate, .seed = seed, .stream = stream, .out = out);
}

void ck_sgd(const struct ck_context *context, size_t count, float *value, const float *gradient, float *velocity,
            const struct ck_sgd_step *step) {
  RUN(sgd, 1, count, .columns = count, .out = value, .x = gradient, .y = velocity, .step = step);
}

void ck_adam(const struct ck_context *context, size_t count, float *value, const float *gradient, float *first_moment,
             float *second_moment, const struct ck_adam_step *step) {
  RUN(adam, 2, count, .columns = count, .out = value, .x = gradient, .y = first_moment, .z = second_moment,
      .step = step);
}
