// Steps of cells and norms of rows, whose lanes or rows a team shares out.
#include "kernels.h"

struct step {
  cell_kernel *kernel;
  const struct ck_cell *cell;
};

static void step_member(const void *argument, size_t member, size_t members) {
  const struct step *step = argument;
  const struct range lanes = share_of(step->cell->lanes, 1, member, members);
  step->kernel(step->cell, lanes.from, lanes.to);
}

static void run(struct ck_context *context, cell_kernel *kernel, const struct ck_cell *cell) {
  const struct step step = {kernel, cell};
  share_out(context, 8 * cell->lanes * cell->hidden, step_member, &step);
}

void ck_gru(struct ck_context *context, const struct ck_cell *cell) { run(context, context->kernels->gru, cell); }

void ck_gru_backward(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->gru_backward, cell);
}

void ck_elman(struct ck_context *context, const struct ck_cell *cell) { run(context, context->kernels->elman, cell); }

void ck_elman_backward(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->elman_backward, cell);
}

void ck_lstm_gates(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->lstm_gates, cell);
}

void ck_lstm_gates_backward(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->lstm_gates_backward, cell);
}

void ck_lstm_output(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->lstm_output, cell);
}

void ck_lstm_output_backward(struct ck_context *context, const struct ck_cell *cell) {
  run(context, context->kernels->lstm_output_backward, cell);
}

struct rows {
  norm_kernel *kernel;
  const struct ck_norm *norm;
};

static void rows_member(const void *argument, size_t member, size_t members) {
  const struct rows *rows = argument;
  const struct range share = share_of(rows->norm->rows, 1, member, members);
  rows->kernel(rows->norm, share.from, share.to);
}

static void run_rows(struct ck_context *context, norm_kernel *kernel, const struct ck_norm *norm) {
  const struct rows rows = {kernel, norm};
  share_out(context, 3 * norm->rows * norm->columns, rows_member, &rows);
}

void ck_normalize(struct ck_context *context, const struct ck_norm *norm) {
  run_rows(context, context->kernels->normalize, norm);
}

void ck_normalize_backward(struct ck_context *context, const struct ck_norm *norm) {
  run_rows(context, context->kernels->normalize_backward, norm);
}
