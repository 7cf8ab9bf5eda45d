// What it costs that the blocks of a cluster meet; only the benchmarks use it.

#include "intrinsics.cuh"

constexpr int CLUSTER_BLOCKS = 16;

// counts [CLUSTER_BLOCKS] += 1 once all blocks have met, so many times. grid: CLUSTER_BLOCKS, block:
// any
extern "C" __global__ void __cluster_dims__(CLUSTER_BLOCKS)
    count_cluster_meetings(unsigned* counts, int meetings) {
  for (int k = 0; k < meetings; k++) {
    come_to_cluster();
    wait_for_cluster();
    if (threadIdx.x == 0) counts[blockIdx.x]++;
  }
}
EXPORT_CLUSTER_KERNEL(count_cluster_meetings, CLUSTER_BLOCKS)
