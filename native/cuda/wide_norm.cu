// Ends a minibatch's gradient of wide networks, whose weights' gradients cuBLAS has written: adds up
// those of biases and of log-std over the chunks, and does what reduce_gradients does behind its
// sum: norms and diagnostics. adam_step follows. The observations were last read by the products,
// so the next minibatch's are collected beside.

#pragma once

#include "reduce_gradients.cuh"
#include "wide.cuh"
#include "wide_gather.cuh"

// column of partials, over the chunks in order
__device__ inline float sum_of_chunks(const Frame& frame, const Minibatch& m, int column) {
  float total = 0;
#pragma unroll 8
  for (int c = 0; c < m.chunks; c++) {
    total = __fadd_rn(total, frame.partials[static_cast<long long>(c) * SUMMED + column]);
  }
  return total;
}

// x as in wide_gather. grid: any, best SLICES + 1; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_norm(const __grid_constant__ Frame frame, int number, float* x) {
  const Minibatch m = minibatch_of(frame, number);
  if (ended_before(frame, m)) return;
  if (number + 1 < MINIBATCHES) gather_minibatch(frame, minibatch_of(frame, number + 1), x);
  if (m.rows == 0) return;
  for (int slice = blockIdx.x; slice < SLICES; slice += gridDim.x) {
    const int i = slice * SLICE + threadIdx.x;
    float gradient = 0;
    if (i < shape::parameters) {
      const int column = column_of(i);
      gradient = column < 0 ? frame.gradients[i] : sum_of_chunks(frame, m, column);
      if (column >= 0) frame.gradients[i] = gradient;
    }
    double squares[1] = {__dmul_rn(gradient, gradient)};
    write_norms(frame, slice, squares);
  }
  if (blockIdx.x == gridDim.x - 1) reduce_sums(frame, m);
}
EXPORT_KERNEL(wide_norm)
