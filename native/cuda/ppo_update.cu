// A whole update in one cooperative launch, whose blocks meet through words in memory.

#include "grid_barrier.cuh"
#include "whole_update.cuh"

// grid: a block for each part of the gradient, and one more than slices of the sum, at most one for
// each multiprocessor; block: THREADS; dynamic shared memory: SHARED_BYTES; cooperative
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    ppo_update(const __grid_constant__ Frame frame) {
  DYN_SHARED(float, shared);
  GridBarrier barrier(frame.barrier);
  whole_update<1>(frame, shared, barrier);
}
EXPORT_KERNEL(ppo_update)
