// What a launch costs: kernels that do as little as can be checked. Only the benchmarks use them.

#include "grid_barrier.cuh"

// counts [blocks] += 1. grid: any, block: any
extern "C" __global__ void count_launches(unsigned* counts) {
  if (threadIdx.x == 0) counts[blockIdx.x]++;
}
EXPORT_KERNEL(count_launches)

// The same once all blocks have met. grid: as many as the device holds at once, block: any;
// cooperative; barrier is 0 before the first launch
extern "C" __global__ void count_meetings(unsigned* counts, unsigned* barrier) {
  grid_barrier(barrier);
  if (threadIdx.x == 0) counts[blockIdx.x]++;
}
EXPORT_KERNEL(count_meetings)
