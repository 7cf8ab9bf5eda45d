// Collects a minibatch's observations for the first product of a wide network: x [rows, D'].

#pragma once

#include "frame.cuh"

// grid: ceil(rows * D' / 4 / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_gather(const __grid_constant__ Frame frame, int number, float* x) {
  const Minibatch m = minibatch_of(frame, number);
  if (ended_before(frame, m)) return;
  constexpr int words = shape::observation_stride / 4;
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < m.rows * words; i += gridDim.x * THREADS) {
    const long long row = m.order[i / words];
    float v[4];
    load4(frame.observations + row * shape::observation_stride + i % words * 4, v);
    store4(x + 4ll * i, v);
  }
}
EXPORT_KERNEL(wide_gather)
