// Losses of a minibatch and their gradients with respect to what wide networks put out; sums of the
// losses' parts and of log-std's gradient, chunk by chunk.
//
//   d_actor, d_critic [LARGEST_MINIBATCH, stride]   every element overwritten; padding, and rows that
//                                                   the minibatch lacks, 0
//   sums              [chunks, 8]                   as in minibatch_gradient
//   partials          [chunks, A']                  log-std's gradient, if it is a parameter; A' is A
//                                                   padded to 16
//
// A block takes a chunk, a thread a row. Computes what minibatch_gradient computes, by the same
// functions.

#pragma once

#include "loss.cuh"
#include "network.cuh"
#include "wide.cuh"

// grid: MAX_CHUNKS; block: WIDE_LOSS_THREADS
extern "C" __global__ void __launch_bounds__(WIDE_LOSS_THREADS, 1)
    wide_loss(const __grid_constant__ Frame frame, int number, const float* actor_out,
              const float* critic_out, float* d_actor, float* d_critic) {
  __shared__ float losses[SUMS * CHUNK], gradients[CHUNK], inverse_std[pad16(shape::actions)];
  const Minibatch m = minibatch_of(frame, number);
  const int chunk = blockIdx.x;
  if (ended_before(frame, m)) return;
  constexpr int actor_stride = layer_of<ACTOR>(LAYERS<ACTOR> - 1).output_stride;
  constexpr int critic_stride = layer_of<CRITIC>(LAYERS<CRITIC> - 1).output_stride;
  const int r = threadIdx.x;
  const int row_of_minibatch = chunk * CHUNK + r;
  if (r < CHUNK && row_of_minibatch < LARGEST_MINIBATCH) {
    float* d = d_actor + static_cast<long long>(row_of_minibatch) * actor_stride;
    for (int k = 0; k < actor_stride; k++) d[k] = 0;
    d = d_critic + static_cast<long long>(row_of_minibatch) * critic_stride;
    for (int k = 0; k < critic_stride; k++) d[k] = 0;
  }
  if (chunk >= m.chunks) return;
  const float* log_std = frame.parameters + max(shape::log_std, 0);
  for (int k = threadIdx.x; k < shape::actions; k += WIDE_LOSS_THREADS) {
    inverse_std[k] = shape::head == shape::GAUSSIAN ? expf(-log_std[k]) : 0;
  }
  __syncthreads();
  const int rows = min(CHUNK, m.rows - chunk * CHUNK);
  const int* order = m.order + chunk * CHUNK;
  const float* out = actor_out + static_cast<long long>(chunk) * CHUNK * actor_stride;
  const float* actions = static_cast<const float*>(frame.actions);
  const float weight = 1.0f / m.rows;
  if (r < rows) {
    const int row = order[r];
    const float2 moments = frame.moments[number];
    const float advantage = __fmul_rn(__fsub_rn(frame.advantages[row], moments.x), moments.y);
    float* d = d_actor + (static_cast<long long>(chunk) * CHUNK + r) * actor_stride;
    ActorLoss actor;
    if constexpr (shape::head == shape::CATEGORICAL) {
      const int choice = static_cast<const int*>(frame.actions)[row];
      actor = categorical_loss(out + r * actor_stride, choice, frame.log_probs[row], advantage,
                               weight, d);
    } else {
      actor = gaussian_loss(out + r * actor_stride,
                            actions + static_cast<long long>(row) * shape::actions, 1, log_std,
                            inverse_std, frame.log_probs[row], advantage, weight, d);
    }
    store_losses(actor, losses + r, CHUNK);
    gradients[r] = actor.gradient;
    const long long at = (static_cast<long long>(chunk) * CHUNK + r) * critic_stride;
    losses[VALUE_LOSS * CHUNK + r] =
        value_loss(critic_out[at], frame.values[row], frame.returns[row], weight, d_critic + at);
  }
  __syncthreads();
  if (threadIdx.x < SUMS) {
    double sum = 0;
    for (int i = 0; i < rows; i++) sum += losses[threadIdx.x * CHUNK + i];
    frame.sums[chunk * SUMS_LENGTH + threadIdx.x] = sum;
  }
  if constexpr (shape::head == shape::GAUSSIAN) {
    for (int k = threadIdx.x; k < shape::actions; k += WIDE_LOSS_THREADS) {
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += log_std_gradient(out[i * actor_stride + k],
                                actions[static_cast<long long>(order[i]) * shape::actions + k],
                                inverse_std[k], gradients[i], weight);
      }
      frame.partials[chunk * pad16(shape::actions) + k] = static_cast<float>(sum);
    }
  }
}
EXPORT_KERNEL(wide_loss)
