// The gradient of a minibatch, block by block: gather, both networks forward, losses, backward.
//
//   partials [parts, P]    = gradient of each block's rows, every element overwritten, padding 0
//   sums     [chunks, 8]   = sums over the rows of each chunk of the losses' parts
//
// A part is BLOCK_CHUNKS chunks. A block takes parts blockIdx.x, + gridDim.x, ...; its first half
// computes the actor, the second the critic, and the two meet only at a part's ends. What a part
// gives does not hang on the block that computes it: any grid gives the same bits.
//
// What bounds it: short phases that wait for each other, so a small minibatch wants a block for
// each chunk as long as there are multiprocessors; and in a phase the loads from shared memory, see
// mlp.cuh. Each block fetches the weights from the second-level cache anew.

#pragma once

#include "loss.cuh"
#include "mlp.cuh"

// Copies the rows of a part, and normalises their advantages; rows that the part lacks are 0.
__device__ inline void gather_part(const Frame& frame, const Minibatch& m, int part,
                                   float* shared) {
  const int first = part * BLOCK_ROWS;
  constexpr int words = shape::observation_stride / 4;
  for (int i = threadIdx.x; i < BLOCK_ROWS * words; i += THREADS) {
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
  if (r >= BLOCK_ROWS || first + r >= m.rows) return;
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
      row = gaussian_loss(out, column(shared, ACTIONS) + r, BLOCK_ROWS, shared + LOG_STD_AT,
                          shared + INVERSE_STD_AT, old_log_prob, advantage, weight, d);
    }
  }
  store_losses(row, column(shared, LOSSES) + r, BLOCK_ROWS);
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

// gradient of element k of log-std over COUNT chunks from chunk FIRST, added as GROUP says; rows are
// those of the block
template <int FIRST, int COUNT>
__device__ inline float log_std_sum(float* shared, int rows, float weight, int k) {
  if constexpr (COUNT > 1) {
    return __fadd_rn(log_std_sum<FIRST, COUNT / 2>(shared, rows, weight, k),
                     log_std_sum<FIRST + COUNT / 2, COUNT / 2>(shared, rows, weight, k));
  } else {
    double sum = 0;
#pragma unroll 4
    for (int r = FIRST * CHUNK; r < min(rows, (FIRST + 1) * CHUNK); r++) {
      sum += log_std_gradient(shared[OUTPUT_AT<ACTOR> + r * OUTPUT_STRIDE<ACTOR> + k],
                              column(shared, ACTIONS + k)[r], shared[INVERSE_STD_AT + k],
                              column(shared, LOG_PROB_GRADIENTS)[r], weight);
    }
    return static_cast<float>(sum);
  }
}

// log-std's gradient, if it is a parameter, and each chunk's sums of the losses' parts, row by row
// in order: by the last warp, which the small products of a last layer leave idle
template <int NET>
__device__ inline void block_sums(float* shared, int rows, float weight, float* gradients,
                                  double* sums, int thread) {
  const int lane = thread - (HALF - 32);
  if (lane < 0) return;
  if (lane < SUMS && (lane == VALUE_LOSS) == (NET == CRITIC)) {
    const float* losses = column(shared, LOSSES + lane);
    for (int first = 0; first < rows; first += CHUNK) {
      double sum = 0;
#pragma unroll 8
      for (int r = 0; r < CHUNK; r++) sum += losses[first + r];
      sums[first / CHUNK * SUMS_LENGTH + lane] = sum;
    }
  }
  if constexpr (NET == ACTOR && shape::head == shape::GAUSSIAN) {
    for (int k = lane; k < pad16(shape::actions); k += 32) {
      gradients[shape::log_std + k] =
          k < shape::actions ? log_std_sum<0, BLOCK_CHUNKS>(shared, rows, weight, k) : 0;
    }
  }
}

// one network over gathered rows, by half a block
template <int NET>
__device__ inline void network_gradient(float* shared, int rows, float weight, float* gradients,
                                        double* sums) {
  const int thread = network_thread<NET>();
  forward<NET, shape::tf32x3>(shared, thread);
  if (thread < BLOCK_ROWS) {
    if constexpr (NET == ACTOR) {
      actor_loss(shared, rows, weight, thread);
    } else {
      critic_loss(shared, rows, weight, thread);
    }
  }
  sync_network<NET>();
  block_sums<NET>(shared, rows, weight, gradients, sums, thread);
  backward<NET, shape::tf32x3>(shared, gradients, thread);
}

// This block's parts of a minibatch; the first one's rows may have been gathered before.
__device__ inline void block_gradient(const Frame& frame, const Minibatch& m, float* shared,
                                      bool gathered) {
  if (static_cast<int>(blockIdx.x) >= m.parts) return;
  copy_weights(frame.parameters, shared);
  const float weight = 1.0f / m.rows;
  for (int part = blockIdx.x; part < m.parts; part += gridDim.x) {
    if (!gathered || part != static_cast<int>(blockIdx.x)) gather_part(frame, m, part, shared);
    wait_for_copies();
    __syncthreads();
    const int rows = min(BLOCK_ROWS, m.rows - part * BLOCK_ROWS);
    float* gradients = frame.partials + static_cast<long long>(part) * shape::parameters;
    double* sums = frame.sums + part * BLOCK_CHUNKS * SUMS_LENGTH;
    if (threadIdx.x < HALF) {
      network_gradient<ACTOR>(shared, rows, weight, gradients, sums);
    } else {
      network_gradient<CRITIC>(shared, rows, weight, gradients, sums);
    }
    __syncthreads();  // shared memory may be filled anew
  }
}
