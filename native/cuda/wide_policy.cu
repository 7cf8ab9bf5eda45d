// The ends of a policy step of wide networks: before the first product, and behind the last.

#pragma once

#include "sampling.cuh"
#include "wide.cuh"

// raw -> observations, and statistics. grid: ceil(rows * D' / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_observe(const __grid_constant__ PolicyFrame frame, int first_env, int rows) {
  const int count = rows * shape::observation_stride;
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < count; i += gridDim.x * THREADS) {
    observe(frame, first_env, i / shape::observation_stride, i % shape::observation_stride);
  }
}
EXPORT_KERNEL(wide_observe)

// actor_out, critic_out [rows, stride], the last products, to which the biases are added here ->
// actions, log_probs, values. grid: ceil(rows / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 2)
    wide_sample(const __grid_constant__ PolicyFrame frame, int first_env, int rows, long long step,
                int purpose, float* actor_out, float* critic_out) {
  constexpr int actor_stride = layer_of<ACTOR>(LAYERS<ACTOR> - 1).output_stride;
  constexpr int critic_stride = layer_of<CRITIC>(LAYERS<CRITIC> - 1).output_stride;
  const Draw draw = {frame.seed, step, purpose};
  for (int r = blockIdx.x * THREADS + threadIdx.x; r < rows; r += gridDim.x * THREADS) {
    if (frame.actions) {
      float* out = actor_out + static_cast<long long>(r) * actor_stride;
      add_output_bias<ACTOR>(out, frame.parameters);
      sample_row(frame, draw, first_env, r, out, frame.parameters + max(shape::log_std, 0));
    }
    float* value = critic_out + static_cast<long long>(r) * critic_stride;
    add_output_bias<CRITIC>(value, frame.parameters);
    frame.values[r] = *value;
  }
}
EXPORT_KERNEL(wide_sample)
