// Generalised advantage estimation (Schulman et al. 2016), backwards through each environment's
// steps:
//
//   delta     = r + gamma next - v
//   advantage = delta + gamma lambda advantage'
//   return    = advantage + v
//
// next is the following row's value; where an episode ended it is 0, or the value of the terminal
// observation if it was truncated, and advantage' is 0. Diverged rows get advantage 0. Double
// precision, as the CPU's.
//
// One thread for each environment, so neighbours read neighbouring words. The chain of steps is
// short work; what takes time is memory, so a tile of steps is loaded at once before the tile is
// computed.

#pragma once

#include "frame.cuh"

constexpr int GAE_THREADS = 32;  // few, so that environments spread over multiprocessors
constexpr int GAE_TILE = 8;      // steps loaded at once

// grid: ceil(N / GAE_THREADS), block: GAE_THREADS
extern "C" __global__ void __launch_bounds__(GAE_THREADS, 1)
    gae(const __grid_constant__ Frame frame) {
  const int n = blockIdx.x * GAE_THREADS + threadIdx.x;
  if (n >= shape::num_envs) return;
  double advantage = 0;
  double next = frame.values[ROWS + n];
  for (int last = shape::num_steps - 1; last >= 0; last -= GAE_TILE) {
    float value[GAE_TILE], reward[GAE_TILE], truncated_value[GAE_TILE];
    bool terminated[GAE_TILE], truncated[GAE_TILE], diverged[GAE_TILE];
#pragma unroll
    for (int i = 0; i < GAE_TILE; i++) {
      const int row = max(last - i, 0) * shape::num_envs + n;
      value[i] = frame.values[row];
      reward[i] = frame.rewards[row];
      truncated_value[i] = frame.truncated_values[row];
      terminated[i] = frame.terminated[row] != 0;
      truncated[i] = frame.truncated[row] != 0;
      diverged[i] = frame.diverged[row] != 0;
    }
#pragma unroll
    for (int i = 0; i < GAE_TILE; i++) {
      if (last - i < 0) break;
      if (terminated[i] || truncated[i] || diverged[i]) {
        next = shape::bootstrap_truncation && !terminated[i] ? truncated_value[i] : 0;
        advantage = 0;
      }
      const double delta = fma(shape::gamma, next, static_cast<double>(reward[i])) - value[i];
      advantage = fma(shape::gamma * shape::gae_lambda, advantage, delta);
      if (diverged[i]) advantage = 0;
      const int row = (last - i) * shape::num_envs + n;
      frame.advantages[row] = static_cast<float>(advantage);
      frame.returns[row] = static_cast<float>(advantage + value[i]);
      next = value[i];
    }
  }
}
EXPORT_KERNEL(gae)
