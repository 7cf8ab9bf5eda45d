// A whole update by blocks that stay on the device and meet at barriers: moments and what is
// explained, then every minibatch of every epoch, with three barriers each:
//
//   gradient of this block's parts | sum of its slices | Adam on its slices | gradient ...
//                          partials ^          gradients ^        parameters ^
//
// It calls what the separate kernels call, so its bits are theirs, for any number of blocks. While
// parameters are not there yet, the rows of the next part are fetched.

#pragma once

#include "adam_step.cuh"
#include "advantage_moments.cuh"
#include "explained_variance.cuh"
#include "minibatch_gradient.cuh"
#include "reduce_gradients.cuh"

// Barrier: wait() lets all blocks of the grid meet.
template <class Barrier>
__device__ inline void whole_update(const Frame& frame, float* shared, Barrier& barrier) {
  if (frame.schedule->rows == 0) return;
  all_moments(frame);
  if (blockIdx.x == gridDim.x - 1) block_explained_variance(frame);
  barrier.wait();
  bool gathered = false;
  bool goes_on = true;
  for (int number = 0; number < MINIBATCHES && goes_on; number++) {
    const Minibatch m = minibatch_of(frame, number);
    if (m.rows == 0) continue;
    block_gradient(frame, m, shared, gathered);
    barrier.wait();
    block_reduce(frame, m);
    barrier.wait();
    goes_on = block_adam(frame, m);
    gathered = false;
    if (goes_on && number + 1 < MINIBATCHES) {
      const Minibatch next = minibatch_of(frame, number + 1);
      gathered = static_cast<int>(blockIdx.x) < next.parts;
      if (gathered) gather_part(frame, next, blockIdx.x, shared);
    }
    barrier.wait();
  }
  if (blockIdx.x == 0) block_check_parameters(frame);
}
