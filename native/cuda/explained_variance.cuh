// What an update is told by, besides its losses:
//
//   explained variance = 1 - Var(returns - values) / Var(returns) over usable rows; NaN if all
//   returns are equal
//
// and whether all parameters are finite. One block; double precision, fixed order.

#pragma once

#include "frame.cuh"

// by one block; hangs on nothing that an update changes
__device__ inline void block_explained_variance(const Frame& frame) {
  const int rows = frame.schedule->rows;
  double return_sum = 0, error_sum = 0;
#pragma unroll 4
  for (int row = threadIdx.x; row < ROWS; row += THREADS) {
    if (frame.diverged[row]) continue;
    const double r = frame.returns[row];
    return_sum += r;
    error_sum += r - frame.values[row];
  }
  const double return_mean = block_sum(return_sum) / rows;
  const double error_mean = block_sum(error_sum) / rows;
  double return_squares = 0, error_squares = 0;
#pragma unroll 4
  for (int row = threadIdx.x; row < ROWS; row += THREADS) {
    if (frame.diverged[row]) continue;
    const double r = frame.returns[row] - return_mean;
    const double e = static_cast<double>(frame.returns[row]) - frame.values[row] - error_mean;
    return_squares = fma(r, r, return_squares);
    error_squares = fma(e, e, error_squares);
  }
  return_squares = block_sum(return_squares);
  error_squares = block_sum(error_squares);
  if (threadIdx.x == 0) {
    frame.status->explained_variance =
        return_squares == 0 ? static_cast<double>(nanf("")) : 1 - error_squares / return_squares;
  }
}

// by one block, behind an update
__device__ inline void block_check_parameters(const Frame& frame) {
  bool finite = true;
  for (int i = threadIdx.x; i < shape::parameters; i += THREADS) {
    finite = finite && isfinite(__ldcg(frame.parameters + i));
  }
  const bool broken = __syncthreads_or(!finite);
  if (threadIdx.x == 0) frame.status->parameters_not_finite = broken;
}
