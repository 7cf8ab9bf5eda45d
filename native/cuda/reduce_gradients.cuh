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

// sums of squares of this block's elements, to the places of slices first, + gridDim.x, ...
template <int COUNT>
__device__ inline void write_norms(const Frame& frame, int first, double (&squares)[COUNT]) {
  sum_each(squares);
#pragma unroll
  for (int k = 0; k < COUNT; k++) {
    const int slice = first + k * gridDim.x;
    if (threadIdx.x == 0 && slice < SLICES) frame.norms[slice] = squares[k];
  }
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
  constexpr int ALL = (MAX_PARTS + GROUP_PARTS - 1) / GROUP_PARTS * GROUP_PARTS;
  constexpr int AT_ONCE = ALL < 32 ? ALL : 32;
  float total = 0;
  int first = 0;
  do {
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
    first += AT_ONCE;
  } while (ALL > AT_ONCE && first < parts);
  return total;
}

// AT_ONCE: slices of a block that are added side by side, so that their loads wait together
template <int AT_ONCE>
__device__ inline void block_reduce(const Frame& frame, const Minibatch& m) {
  for (int first = blockIdx.x; first < SLICES; first += AT_ONCE * gridDim.x) {
    float total[AT_ONCE];
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      const int i = (first + k * gridDim.x) * SLICE + threadIdx.x;
      total[k] = i < shape::parameters ? sum_of_parts(frame.partials + i, m.parts) : 0;
    }
    double squares[AT_ONCE];
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      const int i = (first + k * gridDim.x) * SLICE + threadIdx.x;
      if (i < shape::parameters) frame.gradients[i] = total[k];
      squares[k] = __dmul_rn(total[k], total[k]);
    }
    write_norms(frame, first, squares);
  }
  // where there is a block more than slices it does this beside them; else it has a slice fewer than
  // the first
  if (blockIdx.x == gridDim.x - 1) reduce_sums(frame, m);
}
