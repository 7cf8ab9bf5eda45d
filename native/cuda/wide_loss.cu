// Losses of a minibatch and their gradients with respect to what wide networks put out; sums of the
// losses' parts, of the gradients of the last layers' biases, and of log-std's, chunk by chunk.
//
//   actor_out, critic_out [LARGEST_MINIBATCH, stride]  the last products, to which the biases are
//                                                      added here
//   d_actor, d_critic [LARGEST_MINIBATCH, stride]   every element overwritten; padding, and rows that
//                                                   the minibatch lacks, 0
//   sums              [chunks, 8]                   as in minibatch_gradient
//   partials          [chunks, SUMMED]              columns of the last biases and of log-std
//
// A block takes a chunk, a thread a row. Computes what minibatch_gradient computes, by the same
// functions.

#pragma once

#include "loss.cuh"
#include "wide.cuh"

// the sums of the columns of d, a chunk's rows of the gradient of a network's output
template <int NET>
__device__ inline void sum_output_bias(const float* d, int rows, float* partials) {
  constexpr int stride = layer_of<NET>(LAYERS<NET> - 1).output_stride;
  for (int k = threadIdx.x; k < stride; k += WIDE_LOSS_THREADS) {
    float sum = 0;
#pragma unroll 8
    for (int i = 0; i < rows; i++) sum = __fadd_rn(sum, d[i * stride + k]);
    partials[bias_column<NET>(LAYERS<NET> - 1) + k] = sum;
  }
}

// grid: MAX_CHUNKS; block: WIDE_LOSS_THREADS
extern "C" __global__ void __launch_bounds__(WIDE_LOSS_THREADS, 1)
    wide_loss(const __grid_constant__ Frame frame, int number, float* actor_out,
              float* critic_out, float* d_actor, float* d_critic) {
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
  float* out = actor_out + static_cast<long long>(chunk) * CHUNK * actor_stride;
  const float* actions = static_cast<const float*>(frame.actions);
  const float weight = 1.0f / m.rows;
  if (r < rows) {
    const int row = order[r];
    const long long at = (static_cast<long long>(chunk) * CHUNK + r) * critic_stride;
    add_output_bias<ACTOR>(out + r * actor_stride, frame.parameters);
    add_output_bias<CRITIC>(critic_out + at, frame.parameters);
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
    losses[VALUE_LOSS * CHUNK + r] =
        value_loss(critic_out[at], frame.values[row], frame.returns[row], weight, d_critic + at);
  }
  __syncthreads();
  if (threadIdx.x < SUMS) {
    double sum = 0;
    for (int i = 0; i < rows; i++) sum += losses[threadIdx.x * CHUNK + i];
    frame.sums[chunk * SUMS_LENGTH + threadIdx.x] = sum;
  }
  float* partials = frame.partials + static_cast<long long>(chunk) * SUMMED;
  const long long start = static_cast<long long>(chunk) * CHUNK;
  sum_output_bias<ACTOR>(d_actor + start * actor_stride, rows, partials);
  sum_output_bias<CRITIC>(d_critic + start * critic_stride, rows, partials);
  for (int k = threadIdx.x; k < LOG_STDS; k += WIDE_LOSS_THREADS) {
    double sum = 0;
    for (int i = 0; i < (k < shape::actions ? rows : 0); i++) {
      sum += log_std_gradient(out[i * actor_stride + k],
                              actions[static_cast<long long>(order[i]) * shape::actions + k],
                              inverse_std[k], gradients[i], weight);
    }
    partials[LOG_STD_COLUMN + k] = static_cast<float>(sum);
  }
}
EXPORT_KERNEL(wide_loss)
