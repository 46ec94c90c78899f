// Contexts, and the choice of their kernels.
#include <stdlib.h>

#include "kernels.h"

int ck_supports(int instruction_set, int precision) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (instruction_set >= ck_avx2 && !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return 0;
  if (instruction_set >= ck_avx512 &&
      !(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")))
    return 0;
  return precision == ck_float32 || (instruction_set == ck_avx512 && __builtin_cpu_supports("avx512bf16"));
#else
  return instruction_set == ck_plain && precision == ck_float32;
#endif
}

static const struct kernels *kernels_of(int instruction_set) {
#if defined(__x86_64__)
  if (instruction_set == ck_avx2) return &kernels_avx2;
  if (instruction_set == ck_avx512) return &kernels_avx512;
#endif
  (void)instruction_set;
  return &kernels_plain;
}

#define LEFT_FLOATS ((size_t)(MC + LANES) * UNITS)  // a block of A in either precision, its strips filled up
#define RIGHT_FLOATS ((size_t)NC * UNITS)

struct ck_context *ck_context_create(int instruction_set, int precision, struct ck_team *team) {
  struct ck_context *context = malloc(sizeof *context);
  if (!context) return NULL;
  const struct kernels *kernels = kernels_of(instruction_set);
  *context = (struct ck_context){
      .kernels = kernels,
      .inference = inference_kernels_of(instruction_set),
      .product = kernels->product,
      .team = team,
      .threads = ck_team_threads(team)};
#if defined(__x86_64__)
  if (precision == ck_bfloat16) context->product = product_bfloat16;
#endif
  if (posix_memalign((void **)&context->scratch, 64,
                     context->threads * (LEFT_FLOATS + RIGHT_FLOATS) * sizeof(float)) != 0) {
    free(context);
    return NULL;
  }
  return context;
}

void ck_context_destroy(struct ck_context *context) {
  if (!context) return;
  free(context->scratch);
  free(context->shared);
  free(context);
}

float *left_scratch(const struct ck_context *context, size_t member) {
  return context->scratch + member * (LEFT_FLOATS + RIGHT_FLOATS);
}

float *right_scratch(const struct ck_context *context, size_t member) {
  return left_scratch(context, member) + LEFT_FLOATS;
}

void *shared_memory(struct ck_context *context, size_t size) {
  if (context->shared_size < size) {
    free(context->shared);
    if (posix_memalign(&context->shared, 64, size) != 0) abort();  // as Swift does where memory ends
    context->shared_size = size;
  }
  return context->shared;
}

struct sharing {
  member_work *work;
  const void *argument;
  size_t members;
};

static void run_member(void *context, size_t member) {
  const struct sharing *sharing = context;
  sharing->work(sharing->argument, member, sharing->members);
}

void share_out(const struct ck_context *context, size_t size, member_work *work, const void *argument) {
  if (context->threads == 1 || size < ((size_t)1 << 15) || ck_team_enlist(context->team) == 1) {
    work(argument, 0, 1);
    return;
  }
  struct sharing sharing = {work, argument, context->threads};
  ck_team_run(context->team, run_member, &sharing);
}

struct range share_of(size_t count, size_t unit, size_t member, size_t members) {
  const size_t units = (count + unit - 1) / unit;
  const size_t to = units * (member + 1) / members * unit;
  return (struct range){units * member / members * unit, to < count ? to : count};
}
