// What the kernels for wide networks share: sizes of their launches, and where the gradients of the
// biases and of log-std are summed.
//
// Products give the gradients of weights; those of all other parameters are sums over rows, which
// each chunk writes for itself:
//
//   partials [MAX_CHUNKS, SUMMED]:  | b0 b1 .. of the actor | b0 b1 .. of the critic | log-std, A' |
//
// that is the parameters in their order, weights left out. wide_norm adds up the chunks in order.

#pragma once

#include "network.cuh"

constexpr int WIDE_LOSS_THREADS = (CHUNK + 31) / 32 * 32;

// columns that a block of wide_activation_backward works on, four for each thread of a row
constexpr int TILE_COLUMNS = 64;
constexpr int TILE_ROWS = THREADS / (TILE_COLUMNS / 4);  // at a time

// floats of the biases before layer i
template <int NET>
__device__ constexpr int biases_before(int i) {
  int sum = 0;
  for (int j = 0; j < i; j++) sum += layer_of<NET>(j).output_stride;
  return sum;
}

// column of partials where the bias of layer i starts
template <int NET>
__device__ constexpr int bias_column(int i) {
  return (NET == ACTOR ? 0 : biases_before<ACTOR>(LAYERS<ACTOR>)) + biases_before<NET>(i);
}

constexpr int LOG_STD_COLUMN = bias_column<CRITIC>(LAYERS<CRITIC>);
constexpr int LOG_STDS = shape::head == shape::GAUSSIAN ? pad16(shape::actions) : 0;
constexpr int SUMMED = LOG_STD_COLUMN + LOG_STDS;

// column of a parameter, -1 if it is a weight
template <int NET = ACTOR, int I = 0>
__device__ inline int column_of(int parameter) {
  constexpr shape::Layer layer = layer_of<NET>(I);
  const int k = parameter - layer.bias;
  if (k >= 0 && k < layer.output_stride) return bias_column<NET>(I) + k;
  if constexpr (I + 1 < LAYERS<NET>) {
    return column_of<NET, I + 1>(parameter);
  } else if constexpr (NET == ACTOR) {
    return column_of<CRITIC>(parameter);
  } else {
    const int l = parameter - (shape::parameters - LOG_STDS);
    return l >= 0 ? LOG_STD_COLUMN + l : -1;
  }
}

// Adds the bias of a network's last layer to a row of its product: what reads the outputs does so
// first, each row's own thread.
template <int NET>
__device__ inline void add_output_bias(float* row, const float* parameters) {
  constexpr shape::Layer layer = layer_of<NET>(LAYERS<NET> - 1);
#pragma unroll
  for (int k = 0; k < layer.output_stride; k += 4) {
    float v[4], b[4];
    load4(row + k, v);
    load4(parameters + layer.bias + k, b);
#pragma unroll
    for (int i = 0; i < 4; i++) v[i] = __fadd_rn(v[i], b[i]);
    store4(row + k, v);
  }
}
