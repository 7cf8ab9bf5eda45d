// Forward and backward pass of a network over the rows of a block, all in shared memory, by half a
// block.
//
//   forward     y[r][o]  = f(b[o] + sum over k of x[r][k] W[k][o])      k in order, by FMA, from b
//   backward    dW[k][o] = sum over r of x[r][k] dy[r][o]               r of a chunk in order, by FMA,
//                                                                       from 0; then chunks, see GROUP
//               dx[r][k] = f'(x[r][k]) sum over o of dy[r][o] W[k][o]   o in order, by FMA, from 0
//
// One thread adds up all of an element in that order, so results equal the CPU's but for tanh. Rows
// that a block lacks are 0 in x and dy. What bounds a layer is the 32 floats a clock that shared
// memory hands out, beside 128 FMAs: hence tiles of n x 4 elements in registers, n + 4 loads for 4
// n FMAs, n as large as leaves enough warps.

#pragma once

#include "activation.cuh"
#include "mlp_tf32x3.cuh"
#include "network.cuh"

// n of a tile n x 4 where `groups` such tiles lie beside each other: the fewest loads of all warps
// together, among those with two warps for each network, so that each scheduler has one (see
// network_thread)
__device__ constexpr int tile_rows(int rows, int groups) {
  int best = 1;
  int fewest = 1 << 30;
  bool wide = false;
  for (int n = 1; n <= 8; n *= 2) {
    if (rows % n != 0) continue;
    const int tiles = rows / n * groups;
    const int loads = (tiles + 31) / 32 * (n + 4);
    const bool enough = tiles >= 64;
    if ((enough && !wide) || (enough == wide && loads < fewest)) {
      best = n;
      fewest = loads;
      wide = enough;
    }
  }
  return best;
}

//---------------------------------- kernels of one layer ------------------------------------------

// x [BLOCK_ROWS, XS], w [pad4(K) + 1, WS] -> y [BLOCK_ROWS, YS], O outputs
template <int K, int O, int XS, int YS, int F>
__device__ inline void linear(const float* x, const float* w, float* y, int thread) {
  constexpr int groups = pad4(O) / 4;
  constexpr int R = tile_rows(BLOCK_ROWS, groups);
  constexpr int row_groups = BLOCK_ROWS / R;
  constexpr int WS = odd4(O);
  constexpr int UNROLL =
      R >= 4 ? 2 : 8;  // small tiles have but few warps to hide the latency of loads
  for (int tile = thread; tile < row_groups * groups; tile += HALF) {
    const int row = tile % row_groups;  // and every row_groups-th from there
    const float* own_w = w + tile / row_groups * 4;
    float sum[R][4];
#pragma unroll
    for (int i = 0; i < R; i++) load4(own_w + pad4(K) * WS, sum[i]);
#pragma unroll UNROLL
    for (int k = 0; k < pad4(K); k += 4) {
      float in[R][4];
#pragma unroll
      for (int i = 0; i < R; i++) load4(x + (row + i * row_groups) * XS + k, in[i]);
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float weight[4];
        load4(own_w + (k + j) * WS, weight);
#pragma unroll
        for (int i = 0; i < R; i++) {
#pragma unroll
          for (int o = 0; o < 4; o++) sum[i][o] = fmaf(in[i][j], weight[o], sum[i][o]);
        }
      }
    }
#pragma unroll
    for (int i = 0; i < R; i++) {
#pragma unroll
      for (int o = 0; o < 4; o++) sum[i][o] = activate<F>(sum[i][o]);
      store4(y + (row + i * row_groups) * YS + tile / row_groups * 4, sum[i]);
    }
  }
}

// d [BLOCK_ROWS, DS], w [pad4(K), WS], y [BLOCK_ROWS, YS]: what the layer read, after its activation F -> dx
// [BLOCK_ROWS, YS]
template <int K, int O, int DS, int YS, int F>
__device__ inline void input_gradient(const float* d, const float* w, const float* y, float* dx,
                                      int thread) {
  constexpr int groups = pad4(K) / 4;
  constexpr int R = tile_rows(BLOCK_ROWS, groups);
  constexpr int row_groups = BLOCK_ROWS / R;
  constexpr int WS = odd4(O);
  for (int tile = thread; tile < row_groups * groups; tile += HALF) {
    const int row = tile % row_groups;
    const int first = tile / row_groups;  // and every groups-th input from there: rows of w in turn
    float sum[R][4] = {};
#pragma unroll 2
    for (int o = 0; o < pad4(O); o += 4) {
      float weight[4][4];
#pragma unroll
      for (int j = 0; j < 4; j++) load4(w + (first + j * groups) * WS + o, weight[j]);
#pragma unroll
      for (int i = 0; i < R; i++) {
        float out[4];
        load4(d + (row + i * row_groups) * DS + o, out);
#pragma unroll
        for (int p = 0; p < 4; p++) {
#pragma unroll
          for (int j = 0; j < 4; j++) sum[i][j] = fmaf(out[p], weight[j][p], sum[i][j]);
        }
      }
    }
#pragma unroll
    for (int i = 0; i < R; i++) {
#pragma unroll
      for (int j = 0; j < 4; j++) {
        const int at = (row + i * row_groups) * YS + first + j * groups;
        dx[at] = activate_backward<F>(y[at], sum[i][j]);
      }
    }
  }
}

// a tile of a weight gradient: inputs first .. first + N, outputs output .. output + 4
template <int N>
struct WeightTile {
  float sum[N][4];
  float bias[4];
};

// the tile of COUNT chunks from chunk FIRST of the block, added as GROUP says
template <int FIRST, int COUNT, int N, int XS, int DS>
__device__ __forceinline__ WeightTile<N> weight_tile(const float* x, const float* d) {
  if constexpr (COUNT > 1) {
    WeightTile<N> left = weight_tile<FIRST, COUNT / 2, N, XS, DS>(x, d);
    const auto right = weight_tile<FIRST + COUNT / 2, COUNT / 2, N, XS, DS>(x, d);
#pragma unroll
    for (int o = 0; o < 4; o++) {
      left.bias[o] = __fadd_rn(left.bias[o], right.bias[o]);
#pragma unroll
      for (int k = 0; k < N; k++) left.sum[k][o] = __fadd_rn(left.sum[k][o], right.sum[k][o]);
    }
    return left;
  } else {
    WeightTile<N> tile = {};
#pragma unroll 4
    for (int r = FIRST * CHUNK; r < (FIRST + 1) * CHUNK; r++) {
      float in[N], out[4];
      load4(d + r * DS, out);
      if constexpr (N >= 4) {
#pragma unroll
        for (int k = 0; k < N; k += 4) {
          load4(x + r * XS + k, *reinterpret_cast<float (*)[4]>(&in[k]));
        }
      } else {
#pragma unroll
        for (int k = 0; k < N; k++) in[k] = x[r * XS + k];
      }
#pragma unroll
      for (int o = 0; o < 4; o++) {
        tile.bias[o] += out[o];
#pragma unroll
        for (int k = 0; k < N; k++) tile.sum[k][o] = fmaf(in[k], out[o], tile.sum[k][o]);
      }
    }
    return tile;
  }
}

// x [BLOCK_ROWS, XS], d [BLOCK_ROWS, DS] -> gradients of W [K, S] and of b [S] behind it, padding 0
template <int K, int O, int XS, int DS, int S>
__device__ inline void weight_gradient(const float* x, const float* d, float* gradients,
                                       int thread) {
  constexpr int groups = pad4(O) / 4;
  constexpr int N = tile_rows(pad4(K), groups);
  for (int i = thread; i < pad4(K) / N * groups; i += HALF) {
    const int first = i / groups * N;
    const int output = i % groups * 4;
    const auto tile = weight_tile<0, BLOCK_CHUNKS, N, XS, DS>(x + first, d + output);
#pragma unroll
    for (int k = 0; k < N; k++) {
      if (first + k < K) store4(gradients + (first + k) * S + output, tile.sum[k]);
    }
    if (first == 0) store4(gradients + K * S + output, tile.bias);
  }
  constexpr int padding = S / 4 - groups;  // in words of four floats
  if constexpr (padding > 0) {
    const float zeros[4] = {};
    for (int i = thread; i < (K + 1) * padding; i += HALF) {
      store4(gradients + i / padding * S + 4 * (groups + i % padding), zeros);
    }
  }
}

//---------------------------------- a whole network -----------------------------------------------

// From the observations to the network's output; ends with a barrier of the half. TF32X3: on the
// tensor cores.
template <int NET, bool TF32X3, int I = 0>
__device__ inline void forward(float* shared, int thread) {
  constexpr shape::Layer layer = layer_of<NET>(I);
  constexpr bool last = I + 1 == LAYERS<NET>;
  constexpr int XS = I == 0 ? OBSERVATION_STRIDE : hidden_stride<NET>();
  constexpr int YS = last ? OUTPUT_STRIDE<NET> : hidden_stride<NET>();
  const float* x = shared + (I == 0 ? OBSERVATIONS_AT : slot_at<NET>(I - 1));
  float* y = shared + (last ? OUTPUT_AT<NET> : slot_at<NET>(I));
  const float* w = shared + weights_at<NET>(I);
  if constexpr (TF32X3) {
    linear_tf32x3<layer.inputs, layer.outputs, XS, YS, layer.activation>(x, w, y, thread);
  } else {
    linear<layer.inputs, layer.outputs, XS, YS, layer.activation>(x, w, y, thread);
  }
  sync_network<NET>();
  if constexpr (!last) forward<NET, TF32X3, I + 1>(shared, thread);
}

// from the gradient of the network's output to those of its weights; a layer's two products need no
// barrier between them, since the gradient of what it read goes to a slot that nobody reads any
// more
template <int NET, bool TF32X3, int I = LAYERS<NET> - 1>
__device__ inline void backward(float* shared, float* gradients, int thread) {
  constexpr shape::Layer layer = layer_of<NET>(I);
  constexpr bool last = I + 1 == LAYERS<NET>;
  constexpr int XS = I == 0 ? OBSERVATION_STRIDE : hidden_stride<NET>();
  constexpr int DS = last ? OUTPUT_STRIDE<NET> : hidden_stride<NET>();
  const float* x = shared + (I == 0 ? OBSERVATIONS_AT : slot_at<NET>(I - 1));
  const float* d = shared + (last ? OUTPUT_GRADIENT_AT<NET> : slot_at<NET>(I + 1));
  if constexpr (I > 0) {
    constexpr int activation = layer_of<NET>(I - 1).activation;
    const float* w = shared + weights_at<NET>(I);
    float* dx = shared + slot_at<NET>(I);
    if constexpr (TF32X3) {
      input_gradient_tf32x3<layer.inputs, layer.outputs, DS, XS, activation>(d, w, x, dx, thread);
    } else {
      input_gradient<layer.inputs, layer.outputs, DS, XS, activation>(d, w, x, dx, thread);
    }
  }
  constexpr int S = layer.output_stride;
  float* dw = gradients + layer.weights;
  if constexpr (TF32X3) {
    weight_gradient_tf32x3<layer.inputs, layer.outputs, XS, DS, S>(x, d, dw, thread);
  } else {
    weight_gradient<layer.inputs, layer.outputs, XS, DS, S>(x, d, dw, thread);
  }
  if constexpr (I > 0) {
    sync_network<NET>();
    backward<NET, TF32X3, I - 1>(shared, gradients, thread);
  }
}
