#pragma once

#include "explained_variance.cuh"

// grid: 1, block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    explained_variance(const __grid_constant__ Frame frame) {
  block_explained_variance(frame);
  block_check_parameters(frame);
}
EXPORT_KERNEL(explained_variance)
