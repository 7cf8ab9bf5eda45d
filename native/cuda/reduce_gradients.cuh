// Adds up the parts of a minibatch:
//
//   gradients [P]      = sum of partials by the tree that GROUP says, single precision
//   norms [SLICES]     = sums of squares of 256 elements each, double precision, by a fixed tree
//   diagnostics [., 8] = means over rows of the losses' parts, and how many rows; the norm is
//   adam_step's
//
// A thread adds one element; neighbours read neighbouring words. Bound by the latency of the
// second-level cache, so many loads are under way at once.

#pragma once

#include "frame.cuh"

// the sums of all chunks, in order, by a block
__device__ inline void reduce_sums(const Frame& frame, const Minibatch& m) {
  __shared__ double fetched[THREADS];
  constexpr int AT_ONCE = THREADS / SUMS_LENGTH;
  const int sum = threadIdx.x;
  double total = 0;
  for (int first = 0; first < m.chunks; first += AT_ONCE) {
    const int count = min(AT_ONCE, m.chunks - first);
    if (sum < count * SUMS_LENGTH) fetched[sum] = __ldcg(frame.sums + first * SUMS_LENGTH + sum);
    __syncthreads();
    for (int c = 0; c < (sum < SUMS ? count : 0); c++) total += fetched[c * SUMS_LENGTH + sum];
    __syncthreads();
  }
  double* to = frame.diagnostics + m.number * SUMS_LENGTH;
  if (sum < SUMS) {
    to[sum] = total / m.rows;
  } else if (sum == USED_ROWS) {
    to[sum] = m.rows;
  }
}

// squares of this block's elements of a gradient, to the slice's place
__device__ inline void write_norm(const Frame& frame, int slice, float gradient) {
  const double squares = block_sum(__dmul_rn(gradient, gradient));
  if (threadIdx.x == 0) frame.norms[slice] = squares;
}

// COUNT neighbours of v, two and two
template <int COUNT>
__device__ __forceinline__ float tree_sum(const float* v) {
  if constexpr (COUNT == 1) {
    return v[0];
  } else {
    return __fadd_rn(tree_sum<COUNT / 2>(v), tree_sum<COUNT / 2>(v + COUNT / 2));
  }
}

// an element of all parts; those that the minibatch lacks are 0
__device__ __forceinline__ float sum_of_parts(const float* part, int parts) {
  constexpr int GROUP_PARTS = GROUP / BLOCK_CHUNKS;
  constexpr int GROUPS = (MAX_PARTS + GROUP_PARTS - 1) / GROUP_PARTS;
  constexpr int AT_ONCE = (GROUPS * GROUP_PARTS < 32 ? GROUPS * GROUP_PARTS : 32);
  float total = 0;
  for (int first = 0; first < parts; first += AT_ONCE) {
    float v[AT_ONCE];
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      const long long at = static_cast<long long>(first + k) * shape::parameters;
      v[k] = first + k < parts ? __ldcg(part + at) : 0;
    }
#pragma unroll
    for (int k = 0; k < AT_ONCE; k += GROUP_PARTS) {
      total = __fadd_rn(total, tree_sum<GROUP_PARTS>(v + k));
    }
  }
  return total;
}

__device__ inline void block_reduce(const Frame& frame, const Minibatch& m) {
  for (int slice = blockIdx.x; slice < SLICES; slice += gridDim.x) {
    const int i = slice * SLICE + threadIdx.x;
    float total = 0;
    if (i < shape::parameters) {
      total = sum_of_parts(frame.partials + i, m.parts);
      frame.gradients[i] = total;
    }
    write_norm(frame, slice, total);
  }
  // where there is a block more than slices it does this beside them; else it has a slice fewer than
  // the first
  if (blockIdx.x == gridDim.x - 1) reduce_sums(frame, m);
}
