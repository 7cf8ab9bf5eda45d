#pragma once

#include "minibatch_gradient.cuh"

// grid: any, best ceil(rows / CHUNK); block: THREADS; dynamic shared memory: SHARED_BYTES
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    minibatch_gradient(const __grid_constant__ Frame frame, int number) {
  DYN_SHARED(float, shared);
  const Minibatch m = minibatch_of(frame, number);
  if (!ended_before(frame, m)) block_gradient(frame, m, shared, false);
}
EXPORT_KERNEL(minibatch_gradient)
