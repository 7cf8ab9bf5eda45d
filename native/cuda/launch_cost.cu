// What a launch costs, and what it costs that blocks meet: kernels that do as little as can be
// checked. Only the benchmarks use them.

#include "grid_barrier.cuh"

// counts [blocks] += 1. grid: any, block: any
extern "C" __global__ void count_launches(unsigned* counts) {
  if (threadIdx.x == 0) counts[blockIdx.x]++;
}
EXPORT_KERNEL(count_launches)

// counts [blocks] += 1 once all blocks have met, so many times. grid: as many as the device holds at
// once, block: at least 32; cooperative; words as GridBarrier wants them
extern "C" __global__ void count_meetings(unsigned* counts, unsigned* words, int meetings) {
  GridBarrier barrier(words);
  for (int k = 0; k < meetings; k++) {
    barrier.come();
    barrier.wait();
    if (threadIdx.x == 0) counts[blockIdx.x]++;
  }
}
EXPORT_KERNEL(count_meetings)
