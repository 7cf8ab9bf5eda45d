// A minibatch's observations, row by row: x [LARGEST_MINIBATCH, D']. Products are as high as the
// largest minibatch, whose rows the host knows; rows that a minibatch lacks are 0, and so are their
// gradients, so that they add nothing.

#pragma once

#include "frame.cuh"

// by all blocks of a launch of THREADS each
__device__ inline void gather_minibatch(const Frame& frame, const Minibatch& m, float* x) {
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
