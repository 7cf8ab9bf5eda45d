// Adds up the chunks of a minibatch:
//
//   gradients [P]      = sum over chunks of partials, chunk by chunk in order, single precision
//   norms [SLICES]     = sums of squares of 256 elements each, double precision, by a fixed tree
//   diagnostics [., 8] = means over rows of the losses' parts, and how many rows; the norm is
//   adam_step's
//
// A thread adds one element; neighbours read neighbouring words. Bound by the latency of the
// second-level cache, so eight loads are under way at once.

#pragma once

#include "frame.cuh"

// the sums of all chunks, by the first threads of a block
__device__ inline void reduce_sums(const Frame& frame, const Minibatch& m) {
  double* to = frame.diagnostics + m.number * SUMS_LENGTH;
  const int sum = threadIdx.x;
  if (sum < SUMS) {
    double total = 0;
#pragma unroll 8
    for (int c = 0; c < m.chunks; c++) total += __ldcg(frame.sums + c * SUMS_LENGTH + sum);
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

__device__ inline void block_reduce(const Frame& frame, const Minibatch& m) {
  for (int slice = blockIdx.x; slice < SLICES; slice += gridDim.x) {
    const int i = slice * SLICE + threadIdx.x;
    float total = 0;
    if (i < shape::parameters) {
      const float* part = frame.partials + i;
      total = __ldcg(part);
#pragma unroll 8
      for (int c = 1; c < m.chunks; c++) {
        total += __ldcg(part + static_cast<long long>(c) * shape::parameters);
      }
      frame.gradients[i] = total;
    }
    write_norm(frame, slice, total);
  }
  // the last block has a slice fewer than the first, or none
  if (blockIdx.x == gridDim.x - 1) reduce_sums(frame, m);
}

// grid: any, best SLICES; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    reduce_gradients(const __grid_constant__ Frame frame, int number) {
  const Minibatch m = minibatch_of(frame, number);
  if (m.rows > 0 && !ended_before(frame, m)) block_reduce(frame, m);
}
EXPORT_KERNEL(reduce_gradients)
