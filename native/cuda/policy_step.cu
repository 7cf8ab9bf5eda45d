// One step of a policy for rows of environments: raw observations -> normalised -> both networks ->
// action, log-probability, value. The random words are those of the CPU, so the same seed gives the
// same actions up to rounding; hence in FP32, whatever the precision of updates.
//
// A block takes BLOCK_ROWS rows, laid out in shared memory as in minibatch_gradient; it is bound by
// fetching the weights.

#pragma once

#include "mlp.cuh"
#include "sampling.cuh"

// Without actions (null) it is the critic alone, for values of observations that are there already.
//
// first_env: global index of row 0's environment; purpose: a code of stride.random.Purpose, or
// MODE. grid: ceil(rows / BLOCK_ROWS); block: THREADS; dynamic shared memory: SHARED_BYTES
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    policy_step(const __grid_constant__ PolicyFrame frame, int first_env, int rows, long long step,
                int purpose) {
  DYN_SHARED(float, shared);
  const int first = blockIdx.x * BLOCK_ROWS;
  copy_weights(frame.parameters, shared);
  for (int i = threadIdx.x; i < BLOCK_ROWS * shape::observation_stride; i += THREADS) {
    const int r = i / shape::observation_stride;
    const int k = i % shape::observation_stride;
    shared[OBSERVATIONS_AT + r * OBSERVATION_STRIDE + k] =
        first + r < rows ? observe(frame, first_env, first + r, k) : 0;
  }
  wait_for_copies();
  __syncthreads();
  if (threadIdx.x < HALF) {
    if (!frame.actions) return;
    const int thread = network_thread<ACTOR>();
    forward<ACTOR, false>(shared, thread);
    const Draw draw = {frame.seed, step, purpose};
    if (thread < BLOCK_ROWS && first + thread < rows) {
      sample_row(frame, draw, first_env, first + thread,
                 shared + OUTPUT_AT<ACTOR> + thread * OUTPUT_STRIDE<ACTOR>, shared + LOG_STD_AT);
    }
  } else {
    const int thread = network_thread<CRITIC>();
    forward<CRITIC, false>(shared, thread);
    if (thread < BLOCK_ROWS && first + thread < rows) {
      frame.values[first + thread] = shared[OUTPUT_AT<CRITIC> + thread * OUTPUT_STRIDE<CRITIC>];
    }
  }
}
EXPORT_KERNEL(policy_step)
