#pragma once

#include "advantage_moments.cuh"

// grid: any; MINIBATCHES, or 1 unless minibatches are normalised each by itself; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    advantage_moments(const __grid_constant__ Frame frame) {
  all_moments(frame);
}
EXPORT_KERNEL(advantage_moments)
