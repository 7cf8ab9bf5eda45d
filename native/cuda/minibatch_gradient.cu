// The gradient of a minibatch, chunk by chunk: gather, both networks forward, losses, backward.
//
//   partials [chunks, P]   = gradient of each chunk's rows, every element overwritten, padding 0
//   sums     [chunks, 8]   = sums over its rows of the losses' parts
//
// A block takes chunks blockIdx.x, + gridDim.x, ...; its first half computes the actor, the second
// the critic, and the two meet only at a chunk's ends. What a chunk gives does not hang on the
// block that computes it: any grid gives the same bits.
//
// What bounds it: short phases that wait for each other, so a small minibatch wants a block for
// each chunk as long as there are multiprocessors; and in a phase the loads from shared memory, see
// mlp.cuh. Each block fetches the weights from the second-level cache anew.

#pragma once

#include "loss.cuh"
#include "mlp.cuh"

// Copies the rows of a chunk, and normalises their advantages; rows that the chunk lacks are 0.
__device__ inline void gather_chunk(const Frame& frame, const Minibatch& m, int chunk,
                                    float* shared) {
  const int first = chunk * CHUNK;
  constexpr int words = shape::observation_stride / 4;
  for (int i = threadIdx.x; i < CHUNK * words; i += THREADS) {
    const int r = i / words;
    const int word = i % words;
    float v[4] = {};
    if (first + r < m.rows) {
      const long long row = m.order[first + r];
      load4(frame.observations + row * shape::observation_stride + 4 * word, v);
    }
    store4(shared + OBSERVATIONS_AT + r * OBSERVATION_STRIDE + 4 * word, v);
  }
  const int r = threadIdx.x % HALF;
  if (r >= CHUNK || first + r >= m.rows) return;
  const int row = m.order[first + r];
  if (threadIdx.x < HALF) {
    const float2 moments = frame.moments[m.number];
    column(shared, OLD_LOG_PROBS)[r] = frame.log_probs[row];
    column(shared, ADVANTAGES)[r] =
        __fmul_rn(__fsub_rn(frame.advantages[row], moments.x), moments.y);
    if constexpr (shape::head == shape::CATEGORICAL) {
      column(shared, CHOICES)[r] = __int_as_float(static_cast<const int*>(frame.actions)[row]);
    } else {
      const float* actions =
          static_cast<const float*>(frame.actions) + static_cast<long long>(row) * shape::actions;
      for (int k = 0; k < shape::actions; k++) column(shared, ACTIONS + k)[r] = actions[k];
    }
  } else {
    column(shared, RETURNS)[r] = frame.returns[row];
    column(shared, OLD_VALUES)[r] = frame.values[row];
  }
}

__device__ inline void actor_loss(float* shared, int rows, float weight, int r) {
  float* d = shared + OUTPUT_GRADIENT_AT<ACTOR> + r * OUTPUT_STRIDE<ACTOR>;
  const float* out = shared + OUTPUT_AT<ACTOR> + r * OUTPUT_STRIDE<ACTOR>;
  for (int k = 0; k < OUTPUT_STRIDE<ACTOR>; k++) d[k] = 0;
  ActorLoss row = {};
  if (r < rows) {
    const float old_log_prob = column(shared, OLD_LOG_PROBS)[r];
    const float advantage = column(shared, ADVANTAGES)[r];
    if constexpr (shape::head == shape::CATEGORICAL) {
      const int choice = __float_as_int(column(shared, CHOICES)[r]);
      row = categorical_loss(out, choice, old_log_prob, advantage, weight, d);
    } else {
      row = gaussian_loss(out, column(shared, ACTIONS) + r, CHUNK, shared + LOG_STD_AT,
                          shared + INVERSE_STD_AT, old_log_prob, advantage, weight, d);
    }
  }
  store_losses(row, column(shared, LOSSES) + r, CHUNK);
  column(shared, LOG_PROB_GRADIENTS)[r] = row.gradient;
}

__device__ inline void critic_loss(float* shared, int rows, float weight, int r) {
  float* d = shared + OUTPUT_GRADIENT_AT<CRITIC> + r * OUTPUT_STRIDE<CRITIC>;
  for (int k = 0; k < OUTPUT_STRIDE<CRITIC>; k++) d[k] = 0;
  float loss = 0;
  if (r < rows) {
    const float value = shared[OUTPUT_AT<CRITIC> + r * OUTPUT_STRIDE<CRITIC>];
    loss = value_loss(value, column(shared, OLD_VALUES)[r], column(shared, RETURNS)[r], weight, d);
  }
  column(shared, LOSSES + VALUE_LOSS)[r] = loss;
}

// log-std's gradient, if it is a parameter, and sums of the losses' parts, row by row in order: by
// the last warp, which the small products of a last layer leave idle
template <int NET>
__device__ inline void chunk_sums(float* shared, int rows, float weight, float* gradients,
                                  double* sums, int thread) {
  const int lane = thread - (HALF - 32);
  if (lane < 0) return;
  if (lane < SUMS && (lane == VALUE_LOSS) == (NET == CRITIC)) {
    const float* losses = column(shared, LOSSES + lane);
    double sum = 0;
#pragma unroll 8
    for (int r = 0; r < CHUNK; r++) sum += losses[r];
    sums[lane] = sum;
  }
  if constexpr (NET == ACTOR && shape::head == shape::GAUSSIAN) {
    for (int k = lane; k < pad16(shape::actions); k += 32) {
      double sum = 0;
#pragma unroll 4
      for (int r = 0; r < (k < shape::actions ? rows : 0); r++) {
        sum += log_std_gradient(shared[OUTPUT_AT<ACTOR> + r * OUTPUT_STRIDE<ACTOR> + k],
                                column(shared, ACTIONS + k)[r], shared[INVERSE_STD_AT + k],
                                column(shared, LOG_PROB_GRADIENTS)[r], weight);
      }
      gradients[shape::log_std + k] = static_cast<float>(sum);
    }
  }
}

// one network over a gathered chunk, by half a block
template <int NET>
__device__ inline void network_gradient(float* shared, int rows, float weight, float* gradients,
                                        double* sums) {
  const int thread = threadIdx.x % HALF;
  forward<NET>(shared, thread);
  if (thread < CHUNK) {
    if constexpr (NET == ACTOR) {
      actor_loss(shared, rows, weight, thread);
    } else {
      critic_loss(shared, rows, weight, thread);
    }
  }
  sync_network<NET>();
  chunk_sums<NET>(shared, rows, weight, gradients, sums, thread);
  backward<NET>(shared, gradients, thread);
}

// This block's chunks of a minibatch; the first one's rows may have been gathered before.
__device__ inline void block_gradient(const Frame& frame, const Minibatch& m, float* shared,
                                      bool gathered) {
  if (static_cast<int>(blockIdx.x) >= m.chunks) return;
  copy_weights(frame.parameters, shared);
  const float weight = 1.0f / m.rows;
  for (int chunk = blockIdx.x; chunk < m.chunks; chunk += gridDim.x) {
    if (!gathered || chunk != static_cast<int>(blockIdx.x)) gather_chunk(frame, m, chunk, shared);
    wait_for_copies();
    __syncthreads();
    const int rows = min(CHUNK, m.rows - chunk * CHUNK);
    float* gradients = frame.partials + static_cast<long long>(chunk) * shape::parameters;
    double* sums = frame.sums + chunk * SUMS_LENGTH;
    if (threadIdx.x < HALF) {
      network_gradient<ACTOR>(shared, rows, weight, gradients, sums);
    } else {
      network_gradient<CRITIC>(shared, rows, weight, gradients, sums);
    }
    __syncthreads();  // shared memory may be filled anew
  }
}

// grid: any, best ceil(rows / CHUNK); block: THREADS; dynamic shared memory: SHARED_BYTES
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    minibatch_gradient(const __grid_constant__ Frame frame, int number) {
  DYN_SHARED(float, shared);
  const Minibatch m = minibatch_of(frame, number);
  if (!ended_before(frame, m)) block_gradient(frame, m, shared, false);
}
EXPORT_KERNEL(minibatch_gradient)
