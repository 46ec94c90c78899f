// Windows of an LSTM layer. Each member of a team keeps to units of its own, a multiple of 16 of them: it multiplies all
// lanes by the columns of its units and goes on to their cells at once, so that a team meets once a step.
#include <string.h>

#include "kernels.h"

/// Where the parts of the packed weights start: W_xᵀ [I, H] of each gate, W_hᵀ [H, H], and W_h [H, H].
struct packed_weights {
  const float *input[4], *recurrent[4], *backward[4];
};

static struct packed_weights parts_of(const struct product_kernels *product, size_t I, size_t H, const float *packed) {
  const size_t input = packed_units(product, I, H), recurrent = packed_units(product, H, H);
  struct packed_weights parts;
  for (size_t gate = 0; gate < 4; gate++) {
    parts.input[gate] = packed + gate * input;
    parts.recurrent[gate] = packed + 4 * input + gate * recurrent;
    parts.backward[gate] = packed + 4 * input + (4 + gate) * recurrent;
  }
  return parts;
}

size_t ck_packed_lstm_size(const struct ck_context *context, size_t input, size_t hidden) {
  const struct product_kernels *product = &context->product;
  return 4 * (packed_units(product, input, hidden) + 2 * packed_units(product, hidden, hidden)) * sizeof(float);
}

struct packing {
  const struct product_kernels *product;
  size_t I, H;
  const float *w_x, *w_h;
  float *packed;
};

static void pack_member(const void *argument, size_t member, size_t members) {
  const struct packing *x = argument;
  const size_t I = x->I, H = x->H;
  const struct packed_weights parts = parts_of(x->product, I, H, x->packed);
  for (size_t number = member; number < 12; number += members) {
    const size_t gate = number % 4;
    const float *w_x = x->w_x + gate * H * I, *w_h = x->w_h + gate * H * H;
    if (number < 4) {
      pack_right(x->product, I, H, w_x, 1, I, (float *)parts.input[gate]);
    } else if (number < 8) {
      pack_right(x->product, H, H, w_h, 1, H, (float *)parts.recurrent[gate]);
    } else {
      pack_right(x->product, H, H, w_h, H, 1, (float *)parts.backward[gate]);
    }
  }
}

void ck_pack_lstm(struct ck_context *context, size_t input, size_t hidden, const float *w_x, const float *w_h,
                  void *packed) {
  const struct packing packing = {&context->product, input, hidden, w_x, w_h, packed};
  share_out(context, hidden * (input + hidden), pack_member, &packing);
}

struct work {
  const struct ck_context *context;
  const struct ck_window *window;
  struct packed_weights weights;
  /// Where the left factors are rounded: two blocks for h or for the gates' gradients, and two for x, which the members
  /// fill and read in turn.
  float *states[2], *inputs[2];
  size_t state_row, input_row, chunk;
  float *dh, *dc, *d_bias, *d_peepholes;
};

static void meet(const struct work *work, size_t members) {
  if (members > 1) ck_team_meet(work->context->team);
}

/// Rounds a member's share of the inputs of chunk q.
static void round_inputs(const struct work *work, size_t q, size_t member, size_t members) {
  const struct ck_window *w = work->window;
  if (w->table || !work->context->product.round) return;
  const size_t first = q * work->chunk * w->lanes, end = w->steps * w->lanes;
  const size_t rows = work->chunk * w->lanes < end - first ? work->chunk * w->lanes : end - first;
  const struct range share = share_of(rows, 1, member, members);
  work->context->product.round(share.to - share.from, w->input, w->x + (first + share.from) * w->input, w->input,
                               work->inputs[q % 2] + share.from * work->input_row, work->input_row);
}

/// Rounds a member's units of h before step t.
static void round_state(const struct work *work, size_t t, struct range units) {
  const struct ck_window *w = work->window;
  if (!work->context->product.round) return;
  work->context->product.round(w->lanes, units.to - units.from, w->h + t * w->lanes * w->hidden + units.from, w->hidden,
                               work->states[t % 2] + units.from / 2, work->state_row);
}

/// The products of the inputs of chunk q.
static void multiply_inputs(const struct work *work, size_t q, struct range units) {
  const struct ck_window *w = work->window;
  const size_t H = w->hidden, first = q * work->chunk * w->lanes, end = w->steps * w->lanes;
  const size_t rows = work->chunk * w->lanes < end - first ? work->chunk * w->lanes : end - first;
  float *gates = w->gates + first * 4 * H;
  if (w->table) {
    for (size_t r = 0; r < rows; r++) {
      const float *products = w->table + (size_t)w->tokens[first + r] * 4 * H;
      for (size_t gate = 0; gate < 4; gate++) {
        memcpy(gates + (r * 4 + gate) * H + units.from, products + gate * H + units.from,
               (units.to - units.from) * sizeof(float));
      }
    }
    return;
  }
  struct left x = {w->x + first * w->input, w->input, 1};
  if (work->context->product.round) x = (struct left){work->inputs[q % 2], work->input_row, 1};
  for (size_t gate = 0; gate < 4; gate++) {
    multiply_packed(&work->context->product, rows, H, w->input, x, work->weights.input[gate], units, NULL, 0,
                    gates + gate * H, 4 * H);
  }
}

/// The resets of step t; null where the window has none.
static const bool *resets_at(const struct ck_window *w, size_t t) { return w->resets ? w->resets + t * w->lanes : NULL; }

/// The next lanes that go on from the step before, neighbours of one another, from lane b on; none at the end.
static struct range lanes_that_go_on(const struct ck_window *w, size_t t, size_t b) {
  const bool *resets = resets_at(w, t);
  if (!resets) return (struct range){b, w->lanes};
  while (b < w->lanes && resets[b]) b++;
  struct range lanes = {b, b};
  while (lanes.to < w->lanes && !resets[lanes.to]) lanes.to++;
  return lanes;
}

static void forward_member(const void *argument, size_t member, size_t members) {
  const struct work *work = argument;
  const struct ck_window *w = work->window;
  const size_t B = w->lanes, H = w->hidden;
  const struct range units = share_of(H, LANES, member, members);
  round_inputs(work, 0, member, members);
  round_state(work, 0, units);
  if (work->context->product.round) meet(work, members);
  for (size_t t = 0; t < w->steps; t++) {
    if (t % work->chunk == 0) multiply_inputs(work, t / work->chunk, units);
    float *gates = w->gates + t * B * 4 * H, *c = w->c + t * B * H, *h = w->h + t * B * H;
    struct left state = {h, H, 1};
    if (work->context->product.round) state = (struct left){work->states[t % 2], work->state_row, 1};
    for (size_t u = units.from, end; u < units.to; u = end) {
      end = (u / PANEL + 1) * PANEL < units.to ? (u / PANEL + 1) * PANEL : units.to;
      struct range lanes = lanes_that_go_on(w, t, 0);
      for (; lanes.from < lanes.to; lanes = lanes_that_go_on(w, t, lanes.to)) {
        const struct left rows = {state.first + lanes.from * state.row, state.row, 1};
        for (size_t gate = 0; gate < 4; gate++) {
          float *out = gates + lanes.from * 4 * H + gate * H;
          multiply_packed(&work->context->product, lanes.to - lanes.from, H, H, rows, work->weights.recurrent[gate],
                          (struct range){u, end}, out, 4 * H, out, 4 * H);
        }
      }
      work->context->kernels->cell(B, H, u, end, gates, w->bias, w->peepholes, resets_at(w, t), c, c + B * H,
                                   h + B * H);
    }
    if (t + 1 == w->steps) break;
    round_state(work, t + 1, units);
    if ((t + 1) % work->chunk == 0) round_inputs(work, (t + 1) / work->chunk, member, members);
    meet(work, members);
  }
}

/// Clears a member's units of the states h that step t took for zero, so that the gradient of W_h is one product.
static void clear_unread(const struct ck_window *w, size_t t, struct range units) {
  const bool *resets = resets_at(w, t);
  for (size_t b = 0; resets && b < w->lanes; b++) {
    float *h = w->h + (t * w->lanes + b) * w->hidden;
    if (resets[b]) memset(h + units.from, 0, (units.to - units.from) * sizeof(float));
  }
}

static void backward_member(const void *argument, size_t member, size_t members) {
  const struct work *work = argument;
  const struct ck_window *w = work->window;
  const struct product_kernels *product = &work->context->product;
  const size_t B = w->lanes, H = w->hidden;
  const struct range units = share_of(H, LANES, member, members);
  for (size_t b = 0; b < B; b++) memset(work->dc + b * H + units.from, 0, (units.to - units.from) * sizeof(float));
  for (size_t t = w->steps; t-- > 0;) {
    float *gates = w->gates + t * B * 4 * H, *dh = work->dh + t * B * H;
    const float *c = w->c + t * B * H;
    work->context->kernels->cell_backward(B, H, units.from, units.to, gates, w->peepholes, resets_at(w, t), c, c + B * H,
                                          dh, work->dc, work->d_bias, work->d_peepholes);
    clear_unread(w, t, units);
    if (t == 0) break;
    for (size_t gate = 0; gate < 4 && product->round; gate++) {
      product->round(B, units.to - units.from, gates + gate * H + units.from, 4 * H,
                     work->states[t % 2] + gate * work->state_row + units.from / 2, 4 * work->state_row);
    }
    meet(work, members);
    struct range lanes = lanes_that_go_on(w, t, 0);
    for (; lanes.from < lanes.to; lanes = lanes_that_go_on(w, t, lanes.to)) {
      float *out = dh - B * H + lanes.from * H;
      for (size_t gate = 0; gate < 4; gate++) {  // gates_t has h_{t-1} · W_hᵀ
        struct left d = {gates + lanes.from * 4 * H + gate * H, 4 * H, 1};
        if (product->round) {
          const size_t row = 4 * work->state_row;
          d = (struct left){work->states[t % 2] + lanes.from * row + gate * work->state_row, row, 1};
        }
        multiply_packed(product, lanes.to - lanes.from, H, H, d, work->weights.backward[gate], units, out, H, out, H);
      }
    }
  }
}

/// The work on a window, with room for rounded states of `width` times H.
static struct work make_work(struct ck_context *context, const struct ck_window *window, size_t width) {
  const struct product_kernels *product = &context->product;
  struct work work = {.context = context, .window = window};
  work.weights = parts_of(product, window->table ? 0 : window->input, window->hidden, window->weights);
  work.chunk = window->lanes < MC ? MC / window->lanes : 1;
  if (product->round) {
    work.state_row = (window->hidden + 1) / 2;
    work.input_row = (window->input + 1) / 2;
    const size_t states = window->lanes * width * work.state_row;
    const size_t inputs = work.chunk * window->lanes * work.input_row;
    float *room = shared_memory(context, 2 * (states + inputs) * sizeof(float));
    for (size_t i = 0; i < 2; i++) {
      work.states[i] = room + i * states;
      work.inputs[i] = room + 2 * states + i * inputs;
    }
  }
  return work;
}

/// The multiplications of one lane's step, which the sharing depends on.
static size_t size_of(const struct ck_window *window) {
  return window->lanes * window->hidden * (window->hidden + 16);
}

void ck_lstm_forward_window(struct ck_context *context, const struct ck_window *window) {
  if (window->lanes == 0) return;
  const struct work work = make_work(context, window, 1);
  share_out(context, size_of(window), forward_member, &work);
}

void ck_lstm_backward_window(struct ck_context *context, const struct ck_window *window, float *dh, float *dc,
                             float *d_bias, float *d_peepholes) {
  if (window->lanes == 0) return;
  struct work work = make_work(context, window, 4);
  work.dh = dh;
  work.dc = dc;
  work.d_bias = d_bias;
  work.d_peepholes = d_peepholes;
  share_out(context, size_of(window), backward_member, &work);
}
