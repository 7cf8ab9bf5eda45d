// Collects a minibatch's observations for the first product of a wide network: x [LARGEST_MINIBATCH,
// D']. Products are as high as the largest minibatch, whose rows the host knows; rows that a
// minibatch lacks are 0, and so are their gradients, so that they add nothing.

#pragma once

#include "frame.cuh"

// grid: ceil(LARGEST_MINIBATCH * D' / 4 / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_gather(const __grid_constant__ Frame frame, int number, float* x) {
  const Minibatch m = minibatch_of(frame, number);
  if (ended_before(frame, m)) return;
  constexpr int words = shape::observation_stride / 4;
  constexpr int all = LARGEST_MINIBATCH * words;
  for (int i = blockIdx.x * THREADS + threadIdx.x; i < all; i += gridDim.x * THREADS) {
    float v[4] = {};
    if (i / words < m.rows) {
      const long long row = m.order[i / words];
      load4(frame.observations + row * shape::observation_stride + i % words * 4, v);
    }
    store4(x + 4ll * i, v);
  }
}
EXPORT_KERNEL(wide_gather)
