// What the hidden layers of wide networks need beside products of matrices, which are cuBLAS's:
// bias and activation, and the activation backwards with the sums of a bias's gradient.
//
// Matrices are row-major, [rows, stride], stride a multiple of 16 and padding 0. Layers of equal
// sizes are done together: their matrices lie one behind the other, and the last dimension of the
// grid counts them. All are bound by memory: four floats for each thread. No float is added
// atomically; sums have a fixed order.

#pragma once

#include "mlp.cuh"
#include "wide.cuh"

template <int F>
__device__ __forceinline__ void add_and_activate(float (&v)[4], const float (&b)[4]) {
#pragma unroll
  for (int i = 0; i < 4; i++) v[i] = activate<F>(__fadd_rn(v[i], b[i]));
}

// y = f(y + b), in place; from the bias of one network's layer to the other's are bias_step floats.
// grid: (ceil(rows * stride / 4 / THREADS), or any, networks); block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_bias_activation(float* y, const float* bias, int bias_step, int rows, int stride,
                         int activation) {
  const int words = rows * (stride / 4);
  y += 4ll * words * blockIdx.y;
  bias += static_cast<long long>(bias_step) * blockIdx.y;
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < words; i += gridDim.x * THREADS) {
    float v[4], b[4];
    load4(y + 4ll * i, v);
    load4(bias + i % (stride / 4) * 4, b);
    if (activation == shape::TANH) {
      add_and_activate<shape::TANH>(v, b);
    } else {
      add_and_activate<shape::RELU>(v, b);
    }
    store4(y + 4ll * i, v);
  }
}
EXPORT_KERNEL(wide_bias_activation)

// d = d f'(y), in place, y being the activation's output, of LARGEST_MINIBATCH rows; and the sums
// of d's columns over each chunk, to columns of partials: from one network's to the other's are
// column_step. A thread adds every TILE_ROWS-th row of its columns; then one adds the TILE_ROWS
// sums. grid: (MAX_CHUNKS, ceil(stride / TILE_COLUMNS), networks); block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_activation_backward(const float* y, float* d, int stride, int activation, float* partials,
                             int column_step) {
  __shared__ __align__(16) float sums[TILE_ROWS * TILE_COLUMNS];
  const int first = blockIdx.y * TILE_COLUMNS;
  const int own = threadIdx.x % (TILE_COLUMNS / 4) * 4;
  const int lane = threadIdx.x / (TILE_COLUMNS / 4);
  const int rows = min(CHUNK, LARGEST_MINIBATCH - static_cast<int>(blockIdx.x) * CHUNK);
  const long long start =
      (static_cast<long long>(LARGEST_MINIBATCH) * blockIdx.z + blockIdx.x * CHUNK) * stride;
  float sum[4] = {};
  for (int r = lane; r < rows && first + own < stride; r += TILE_ROWS) {
    const long long at = start + static_cast<long long>(r) * stride + first + own;
    float v[4], g[4];
    load4(y + at, v);
    load4(d + at, g);
#pragma unroll
    for (int j = 0; j < 4; j++) {
      g[j] = activation == shape::TANH ? activate_backward<shape::TANH>(v[j], g[j])
                                       : activate_backward<shape::RELU>(v[j], g[j]);
      sum[j] = __fadd_rn(sum[j], g[j]);
    }
    store4(d + at, g);
  }
  store4(sums + lane * TILE_COLUMNS + own, sum);
  __syncthreads();
  const int column = threadIdx.x;
  if (column >= TILE_COLUMNS || first + column >= stride) return;
  float total = 0;
#pragma unroll
  for (int i = 0; i < TILE_ROWS; i++) total = __fadd_rn(total, sums[i * TILE_COLUMNS + column]);
  partials += static_cast<long long>(column_step) * blockIdx.z + first + column;
  partials[static_cast<long long>(SUMMED) * blockIdx.x] = total;
}
EXPORT_KERNEL(wide_activation_backward)
