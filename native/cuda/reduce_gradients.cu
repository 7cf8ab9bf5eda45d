#pragma once

#include "reduce_gradients.cuh"

// grid: any, best SLICES + 1; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    reduce_gradients(const __grid_constant__ Frame frame, int number) {
  const Minibatch m = minibatch_of(frame, number);
  if (m.rows > 0 && !ended_before(frame, m)) block_reduce<1>(frame, m);
}
EXPORT_KERNEL(reduce_gradients)
