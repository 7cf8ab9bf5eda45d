// All blocks of a cooperative launch meet.

#pragma once

#include "intrinsics.cuh"

// The counter's top bit flips when the last block comes, whatever bits are below: block 0 adds what
// the others leave to half the range. It needs no reset, not even between launches.
__device__ inline void grid_barrier(unsigned* counter) {
  constexpr unsigned top = 0x80000000u;
  __syncthreads();
  if (threadIdx.x == 0) {
    const unsigned old = add_release(counter, blockIdx.x == 0 ? top - (gridDim.x - 1) : 1);
    while (((old ^ load_acquire(counter)) & top) == 0) __nanosleep(20);
  }
  __syncthreads();
}
