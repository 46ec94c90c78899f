// Steps of cells, whose lanes a team shares out.
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
