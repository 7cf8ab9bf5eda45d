// What a wide network's layers need beside products of matrices, which are cuBLAS's: bias and
// activation, the activation backwards, and column sums for the gradient of a bias.
//
// Matrices are row-major, [rows, stride], stride a multiple of 16 and padding 0. All are bound by
// memory: four floats for each thread. No float is added atomically; sums have a fixed order.

#pragma once

#include "mlp.cuh"
#include "wide.cuh"

template <int F>
__device__ __forceinline__ void add_and_activate(float (&v)[4], const float (&b)[4]) {
#pragma unroll
  for (int i = 0; i < 4; i++) v[i] = activate<F>(__fadd_rn(v[i], b[i]));
}

// y = f(y + b), in place. grid: ceil(rows * stride / 4 / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_bias_activation(float* y, const float* bias, int rows, int stride, int activation) {
  const int words = rows * (stride / 4);
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < words; i += gridDim.x * THREADS) {
    float v[4], b[4];
    load4(y + 4ll * i, v);
    load4(bias + i % (stride / 4) * 4, b);
    if (activation == shape::TANH) {
      add_and_activate<shape::TANH>(v, b);
    } else if (activation == shape::RELU) {
      add_and_activate<shape::RELU>(v, b);
    } else {
      add_and_activate<shape::NONE>(v, b);
    }
    store4(y + 4ll * i, v);
  }
}
EXPORT_KERNEL(wide_bias_activation)

// d = d f'(y), in place, y being the activation's output. grid and block as above
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_activation_backward(const float* y, float* d, int rows, int stride, int activation) {
  const int words = rows * (stride / 4);
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < words; i += gridDim.x * THREADS) {
    float v[4], g[4];
    load4(y + 4ll * i, v);
    load4(d + 4ll * i, g);
#pragma unroll
    for (int j = 0; j < 4; j++) {
      g[j] = activation == shape::TANH   ? activate_backward<shape::TANH>(v[j], g[j])
             : activation == shape::RELU ? activate_backward<shape::RELU>(v[j], g[j])
                                         : g[j];
    }
    store4(d + 4ll * i, g);
  }
}
EXPORT_KERNEL(wide_activation_backward)

// parts [grid, stride] = sums of COLUMN_ROWS rows of d each. grid: ceil(rows / COLUMN_ROWS); block:
// THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_column_sums(const float* d, int rows, int stride, float* parts) {
  const int first = blockIdx.x * COLUMN_ROWS;
  const int last = min(first + COLUMN_ROWS, rows);
  for (int column = threadIdx.x; column < stride; column += THREADS) {
    float sum = 0;
#pragma unroll 8
    for (int r = first; r < last; r++) sum += d[static_cast<long long>(r) * stride + column];
    parts[static_cast<long long>(blockIdx.x) * stride + column] = sum;
  }
}
EXPORT_KERNEL(wide_column_sums)

// out [stride] = sum of count parts, in order. grid: ceil(stride / THREADS); block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_add_parts(const float* parts, int count, int stride, float* out) {
  const int column = blockIdx.x * THREADS + threadIdx.x;
  if (column >= stride) return;
  float sum = 0;
#pragma unroll 8
  for (int i = 0; i < count; i++) sum += parts[static_cast<long long>(i) * stride + column];
  out[column] = sum;
}
EXPORT_KERNEL(wide_add_parts)
