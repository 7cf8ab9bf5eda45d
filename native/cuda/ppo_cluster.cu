// A whole update by one cluster of blocks, which meet at the barrier that the device has for
// clusters: a fraction of the time of one through memory, and nothing cooperative about the launch.
//
// A cluster has 16 blocks at most, so a block takes up to four chunks at once, and adds their
// gradients before it writes them. What blocks tell each other still goes through the second-level
// cache: it hands out 64 bytes a clock to a multiprocessor, the way between multiprocessors of a
// cluster about 16 (Luo et al. 2024, arXiv:2402.13499), and every block wants all parameters and its
// part of all gradients.

#include "shape.cuh"
#define BLOCK_CHUNKS shape::cluster_chunks

#include "whole_update.cuh"

struct ClusterBarrier {
  __device__ void come() { come_to_cluster(); }
  __device__ void wait() { wait_for_cluster(); }
};

// grid: one cluster; block: THREADS; dynamic shared memory: at least SHARED_BYTES
extern "C" __global__ void __cluster_dims__(shape::cluster_blocks) __launch_bounds__(THREADS, 1)
    ppo_cluster(const __grid_constant__ Frame frame) {
  DYN_SHARED(float, shared);
  ClusterBarrier barrier;
  constexpr int slices = (SLICES + shape::cluster_blocks - 1) / shape::cluster_blocks;
  whole_update<(slices < 4 ? slices : 4)>(frame, shared, barrier);
}
EXPORT_CLUSTER_KERNEL(ppo_cluster, shape::cluster_blocks)
