// Collects the first minibatch's observations for the first product of wide networks; wide_norm
// collects every next one's.

#pragma once

#include "wide_gather.cuh"

// grid: ceil(LARGEST_MINIBATCH * D' / 4 / THREADS), or any; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_gather(const __grid_constant__ Frame frame, float* x) {
  gather_minibatch(frame, minibatch_of(frame, 0), x);
}
EXPORT_KERNEL(wide_gather)
