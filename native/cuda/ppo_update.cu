// A whole update in one launch: moments and what is explained, then every minibatch of every epoch,
// with three barriers of the grid each:
//
//   gradient of this block's chunks | sum of its slices | Adam on its slices | gradient ...
//                           partials ^          gradients ^        parameters ^
//
// It calls what the separate kernels call, so its bits are theirs, for any number of blocks. All
// blocks must be on the device at once: cooperative launch, at most one block for each
// multiprocessor. While parameters are not there yet, the rows of the next chunk are fetched.

#pragma once

#include "adam_step.cu"
#include "advantage_moments.cu"
#include "explained_variance.cu"
#include "grid_barrier.cuh"
#include "minibatch_gradient.cu"
#include "reduce_gradients.cu"

// grid: as many blocks as are best for the gradient or the sum, at most one for each
// multiprocessor; block: THREADS; dynamic shared memory: SHARED_BYTES; cooperative
extern "C" __global__ void __launch_bounds__(THREADS, 1)
    ppo_update(const __grid_constant__ Frame frame) {
  DYN_SHARED(float, shared);
  if (frame.schedule->rows == 0) return;
  all_moments(frame);
  if (blockIdx.x == gridDim.x - 1) block_explained_variance(frame);
  grid_barrier(frame.barrier);
  bool gathered = false;
  bool goes_on = true;
  for (int number = 0; number < MINIBATCHES && goes_on; number++) {
    const Minibatch m = minibatch_of(frame, number);
    if (m.rows == 0) continue;
    block_gradient(frame, m, shared, gathered);
    grid_barrier(frame.barrier);
    block_reduce(frame, m);
    grid_barrier(frame.barrier);
    goes_on = block_adam(frame, m);
    gathered = false;
    if (goes_on && number + 1 < MINIBATCHES) {
      const Minibatch next = minibatch_of(frame, number + 1);
      gathered = static_cast<int>(blockIdx.x) < next.chunks;
      if (gathered) gather_chunk(frame, next, blockIdx.x, shared);
    }
    grid_barrier(frame.barrier);
  }
  if (blockIdx.x == 0) block_check_parameters(frame);
}
EXPORT_KERNEL(ppo_update)
