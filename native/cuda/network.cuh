// Where the two networks of a policy and what is computed of a block's rows lie in a block's shared
// memory. All in floats.
//
//   | W0 b0 W1 b1 .. of the actor | .. of the critic | log-std, 1 / std | x |
//   | slots of the actor | of the critic | y, dy of the actor | of the critic | columns |
//
//   W    [pad4(inputs), odd4(outputs)], rows beyond inputs 0; then a row of b
//   x    [BLOCK_ROWS, odd4(D')] observations
//   slot [BLOCK_ROWS, odd4(widest hidden layer)], one for each hidden layer's output and one to spare
//   y    [BLOCK_ROWS, odd4(outputs)] of the last layer, and dy its gradient
//
// A row is an odd number of four-float words long. Eight threads that read 16 bytes each, in eight
// rows or in one, then meet all 32 banks once, so that the backward pass can read W across its rows
// and needs no transposed copy.
//
// The gradient of hidden layer l's output goes to slot l + 1: its own is still wanted, the next
// one's no longer.

#pragma once

#include "frame.cuh"

enum Network { ACTOR, CRITIC };

// each network has half of the block to itself
constexpr int HALF = THREADS / 2;

__device__ constexpr int pad4(int n) { return (n + 3) / 4 * 4; }
__device__ constexpr int pad16(int n) { return (n + 15) / 16 * 16; }
__device__ constexpr int odd4(int n) { return pad4(n) / 4 % 2 == 1 ? pad4(n) : pad4(n) + 4; }

template <int NET>
constexpr int LAYERS = NET == ACTOR ? shape::actor_layers : shape::critic_layers;

template <int NET>
__device__ constexpr shape::Layer layer_of(int i) {
  return NET == ACTOR ? shape::actor[i] : shape::critic[i];
}

// floats of a layer's weights and bias in shared memory
template <int NET>
__device__ constexpr int weight_floats(int i) {
  return (pad4(layer_of<NET>(i).inputs) + 1) * odd4(layer_of<NET>(i).outputs);
}

template <int NET>
__device__ constexpr int weights_before(int i) {
  int sum = 0;
  for (int j = 0; j < i; j++) sum += weight_floats<NET>(j);
  return sum;
}

// row length of the slots
template <int NET>
__device__ constexpr int hidden_stride() {
  int widest = 0;
  for (int i = 0; i + 1 < LAYERS<NET>; i++) {
    const int width = odd4(layer_of<NET>(i).outputs);
    widest = width > widest ? width : widest;
  }
  return widest;
}

template <int NET>
constexpr int SLOT = BLOCK_ROWS * hidden_stride<NET>();
template <int NET>
constexpr int SLOTS = LAYERS<NET> > 1 ? LAYERS<NET> * SLOT<NET> : 0;
template <int NET>
constexpr int OUTPUT_STRIDE = odd4(layer_of<NET>(LAYERS<NET> - 1).outputs);
template <int NET>
constexpr int OUTPUT = BLOCK_ROWS * OUTPUT_STRIDE<NET>;

constexpr int OBSERVATION_STRIDE = odd4(shape::observation_stride);
constexpr int CONTINUOUS_ACTIONS = shape::head == shape::CATEGORICAL ? 0 : shape::actions;

// what belongs to a row and is no vector: [BLOCK_ROWS] each
enum Column {
  OLD_LOG_PROBS,
  CHOICES,  // ints
  ADVANTAGES,
  RETURNS,
  OLD_VALUES,
  LOG_PROB_GRADIENTS,
  LOSSES,                   // what is summed over rows, in the order of Sum
  ACTIONS = LOSSES + SUMS,  // and as many more as an action has elements
  COLUMNS = ACTIONS + CONTINUOUS_ACTIONS
};

constexpr int ACTOR_WEIGHTS_AT = 0;
constexpr int CRITIC_WEIGHTS_AT = ACTOR_WEIGHTS_AT + weights_before<ACTOR>(LAYERS<ACTOR>);
constexpr int LOG_STD_AT = CRITIC_WEIGHTS_AT + weights_before<CRITIC>(LAYERS<CRITIC>);
constexpr int INVERSE_STD_AT = LOG_STD_AT + pad4(shape::actions);
constexpr int OBSERVATIONS_AT = INVERSE_STD_AT + pad4(shape::actions);
constexpr int ACTOR_SLOTS_AT = OBSERVATIONS_AT + BLOCK_ROWS * OBSERVATION_STRIDE;
constexpr int CRITIC_SLOTS_AT = ACTOR_SLOTS_AT + SLOTS<ACTOR>;
constexpr int ACTOR_OUTPUT_AT = CRITIC_SLOTS_AT + SLOTS<CRITIC>;
constexpr int CRITIC_OUTPUT_AT = ACTOR_OUTPUT_AT + 2 * OUTPUT<ACTOR>;
constexpr int COLUMNS_AT = CRITIC_OUTPUT_AT + 2 * OUTPUT<CRITIC>;
// dynamic; a block has some more of its own
constexpr int SHARED_BYTES = 4 * (COLUMNS_AT + BLOCK_ROWS * COLUMNS);

static_assert(CHUNK % (shape::tf32x3 ? 16 : 8) == 0, "whole tiles");
static_assert(BLOCK_ROWS <= HALF, "a thread for each row");

template <int NET>
__device__ constexpr int weights_at(int i) {
  return (NET == ACTOR ? ACTOR_WEIGHTS_AT : CRITIC_WEIGHTS_AT) + weights_before<NET>(i);
}
template <int NET>
__device__ constexpr int slot_at(int i) {
  return (NET == ACTOR ? ACTOR_SLOTS_AT : CRITIC_SLOTS_AT) + i * SLOT<NET>;
}
template <int NET>
constexpr int OUTPUT_AT = NET == ACTOR ? ACTOR_OUTPUT_AT : CRITIC_OUTPUT_AT;
template <int NET>
constexpr int OUTPUT_GRADIENT_AT = OUTPUT_AT<NET> + OUTPUT<NET>;

__device__ __forceinline__ float* column(float* shared, int number) {
  return shared + COLUMNS_AT + number * BLOCK_ROWS;
}

// Number of a thread within its network's half. Where a phase has work for two warps alone, they
// are the first two by this number. Warp w belongs to scheduler w % 4, so the critic's are the last
// two of its half: each of the four schedulers then has one.
template <int NET>
__device__ __forceinline__ int network_thread() {
  return (threadIdx.x + (NET == CRITIC ? HALF / 2 : 0)) % HALF;
}

// barrier of the threads of one network
template <int NET>
__device__ __forceinline__ void sync_network() {
  sync_threads(1 + NET, HALF);
}

//---------------------------------- weights -------------------------------------------------------

// starts the copies of layer I and the following; the block waits for them later
template <int NET, int I = 0>
__device__ inline void copy_layers(const float* parameters, float* shared, int thread) {
  constexpr shape::Layer layer = layer_of<NET>(I);
  constexpr int words = pad4(layer.outputs) / 4;
  constexpr int stride = odd4(layer.outputs);
  static_assert(layer.bias == layer.weights + layer.inputs * layer.output_stride, "b follows W");
  float* to = shared + weights_at<NET>(I);
  const float* from = parameters + layer.weights;
  for (int i = thread; i < (layer.inputs + 1) * words; i += HALF) {
    const int row = i / words;
    const int word = i % words;
    const int target = row < layer.inputs ? row : pad4(layer.inputs);
    copy_16_bytes(to + target * stride + 4 * word, from + row * layer.output_stride + 4 * word);
  }
  if constexpr (I + 1 < LAYERS<NET>) copy_layers<NET, I + 1>(parameters, shared, thread);
}

// rows of weights that pad the inputs; they stay 0
template <int NET, int I = 0>
__device__ inline void clear_padding(float* shared, int thread) {
  constexpr shape::Layer layer = layer_of<NET>(I);
  constexpr int stride = odd4(layer.outputs);
  float* rows = shared + weights_at<NET>(I) + layer.inputs * stride;
  for (int i = thread; i < (pad4(layer.inputs) - layer.inputs) * stride; i += HALF) rows[i] = 0;
  if constexpr (I + 1 < LAYERS<NET>) clear_padding<NET, I + 1>(shared, thread);
}

// Starts copying both networks, each by its half of the block. Parameters may have been written by
// other blocks of this launch: nothing here goes through the first-level cache.
__device__ inline void copy_weights(const float* parameters, float* shared) {
  const int thread = threadIdx.x % HALF;
  if (threadIdx.x < HALF) {
    copy_layers<ACTOR>(parameters, shared, thread);
    clear_padding<ACTOR>(shared, thread);
    if constexpr (shape::head == shape::GAUSSIAN) {
      for (int k = thread; k < shape::actions; k += HALF) {
        const float log_std = __ldcg(parameters + shape::log_std + k);
        shared[LOG_STD_AT + k] = log_std;
        shared[INVERSE_STD_AT + k] = expf(-log_std);
      }
    }
  } else {
    copy_layers<CRITIC>(parameters, shared, thread);
    clear_padding<CRITIC>(shared, thread);
  }
}
