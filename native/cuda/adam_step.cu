#pragma once

#include "adam_step.cuh"

// grid: any, best SLICES; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    adam_step(const __grid_constant__ Frame frame, int number) {
  const Minibatch m = minibatch_of(frame, number);
  if (m.rows > 0 && !ended_before(frame, m)) block_adam<1>(frame, m);
}
EXPORT_KERNEL(adam_step)
