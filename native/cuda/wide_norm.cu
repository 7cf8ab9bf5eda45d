// Ends a minibatch's gradient of wide networks, whose matrices cuBLAS has written: adds up
// log-std's over the chunks, and does what reduce_gradients does behind its sum: norms and
// diagnostics. adam_step follows.

#pragma once

#include "network.cuh"
#include "reduce_gradients.cuh"

// log-std's element k, or padding
__device__ inline float log_std_sum(const Frame& frame, const Minibatch& m, int k) {
  float total = 0;
  for (int c = 0; c < (k < shape::actions ? m.chunks : 0); c++) {
    total += frame.partials[c * pad16(shape::actions) + k];
  }
  return total;
}

// grid: any, best SLICES + 1; block: THREADS
extern "C" __global__ void __launch_bounds__(THREADS, 4)
    wide_norm(const __grid_constant__ Frame frame, int number) {
  const Minibatch m = minibatch_of(frame, number);
  if (m.rows == 0 || ended_before(frame, m)) return;
  for (int slice = blockIdx.x; slice < SLICES; slice += gridDim.x) {
    const int i = slice * SLICE + threadIdx.x;
    float gradient = 0;
    if (shape::head == shape::GAUSSIAN && i >= shape::log_std && i < shape::parameters) {
      gradient = log_std_sum(frame, m, i - shape::log_std);
      frame.gradients[i] = gradient;
    } else if (i < shape::parameters) {
      gradient = frame.gradients[i];
    }
    write_norm(frame, slice, gradient);
  }
  if (blockIdx.x == gridDim.x - 1) reduce_sums(frame, m);
}
EXPORT_KERNEL(wide_norm)
