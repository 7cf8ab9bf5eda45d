// Mean and one over the standard deviation of the advantages of each minibatch, or of all usable
// rows:
//
//   moments = (mean, 1 / (sqrt(sum (a - mean)^2 / max(1, rows - 1)) + 1e-8))
//
// They hang on nothing that an update changes, so all are computed before its first step. Two
// passes in double precision; thread i adds rows i, i + 256, ..., then a fixed tree: deterministic,
// whichever block computes it.

#pragma once

#include "frame.cuh"

__device__ inline float2 moments_of(double sum, double squares, int rows) {
  const double deviation = sqrt(squares / max(1, rows - 1));
  return make_float2(static_cast<float>(sum / rows), static_cast<float>(1 / (deviation + 1e-8)));
}

// of the rows that order names
__device__ inline float2 minibatch_moments(const float* advantages, const int* order, int rows) {
  double sum = 0;
#pragma unroll 4
  for (int i = threadIdx.x; i < rows; i += THREADS) sum += advantages[order[i]];
  sum = block_sum(sum);
  const double mean = sum / rows;
  double squares = 0;
#pragma unroll 4
  for (int i = threadIdx.x; i < rows; i += THREADS) {
    const double d = advantages[order[i]] - mean;
    squares = fma(d, d, squares);
  }
  return moments_of(sum, block_sum(squares), rows);
}

// of all usable rows, in the order of the rollout
__device__ inline float2 batch_moments(const float* advantages, const unsigned char* diverged,
                                       int rows) {
  double sum = 0;
#pragma unroll 8
  for (int row = threadIdx.x; row < ROWS; row += THREADS) {
    sum += diverged[row] ? 0.0f : advantages[row];
  }
  sum = block_sum(sum);
  const double mean = sum / rows;
  double squares = 0;
#pragma unroll 8
  for (int row = threadIdx.x; row < ROWS; row += THREADS) {
    const double d = diverged[row] ? 0 : advantages[row] - mean;
    squares = fma(d, d, squares);
  }
  return moments_of(sum, block_sum(squares), rows);
}

// moments of the minibatches that are this block's
__device__ inline void all_moments(const Frame& frame) {
  if (shape::norm_adv == shape::NORM_MINIBATCH) {
    for (int number = blockIdx.x; number < MINIBATCHES; number += gridDim.x) {
      const Minibatch m = minibatch_of(frame, number);
      const float2 moments = minibatch_moments(frame.advantages, m.order, m.rows);
      if (threadIdx.x == 0) frame.moments[number] = moments;
    }
  } else if (blockIdx.x == 0) {
    const float2 moments =
        shape::norm_adv == shape::NORM_BATCH
            ? batch_moments(frame.advantages, frame.diverged, frame.schedule->rows)
            : make_float2(0, 1);
    for (int number = threadIdx.x; number < MINIBATCHES; number += THREADS) {
      frame.moments[number] = moments;
    }
  }
}
