// A whole update by blocks that stay on the device and meet at barriers: moments and what is
// explained, then every minibatch of every epoch, with three barriers each:
//
//   gradient of this block's parts | sum of its slices | Adam on its slices | gradient ...
//                          partials ^          gradients ^        parameters ^
//
// It calls what the separate kernels call, so its bits are theirs, for any number of blocks. While
// the others' parameters are not there yet, the rows of the next part are fetched.

#pragma once

#include "adam_step.cuh"
#include "advantage_moments.cuh"
#include "explained_variance.cuh"
#include "minibatch_gradient.cuh"
#include "reduce_gradients.cuh"

// ends of a minibatch's phases
enum Time {
  MINIBATCH_BEGINS,
  GRADIENT_DONE,
  GRADIENT_MET,
  SUM_DONE,
  SUM_MET,
  ADAM_DONE,
  NEXT_GATHERED,
  ADAM_MET,
  TIMES
};

// Compiled with -DTIMELINE, block 0 writes down when it ends each phase of a minibatch in the middle
// of the update: the multiprocessor's clock, and nanoseconds.
__device__ __forceinline__ void mark(const Frame& frame, int number, Time time) {
#ifdef TIMELINE
  if (blockIdx.x != 0 || threadIdx.x != 0 || number != MINIBATCHES / 2) return;
  frame.timeline[2 * time] = clock_cycles();
  frame.timeline[2 * time + 1] = clock_nanoseconds();
#endif
}

template <class Barrier>
__device__ __forceinline__ void meet(Barrier& barrier) {
  barrier.come();
  barrier.wait();
}

// Barrier: come() and wait() let all blocks of the grid meet. SLICES_AT_ONCE: how many of its slices a block
// adds, and takes Adam's step on, side by side.
template <int SLICES_AT_ONCE, class Barrier>
__device__ inline void whole_update(const Frame& frame, float* shared, Barrier& barrier) {
  if (frame.schedule->rows == 0) return;
  all_moments(frame);
  if (blockIdx.x == gridDim.x - 1) block_explained_variance(frame);
  meet(barrier);
  bool gathered = false;
  bool goes_on = true;
  for (int number = 0; number < MINIBATCHES && goes_on; number++) {
    const Minibatch m = minibatch_of(frame, number);
    if (m.rows == 0) continue;
    mark(frame, number, MINIBATCH_BEGINS);
    block_gradient(frame, m, shared, gathered);
    mark(frame, number, GRADIENT_DONE);
    meet(barrier);
    mark(frame, number, GRADIENT_MET);
    block_reduce<SLICES_AT_ONCE>(frame, m);
    mark(frame, number, SUM_DONE);
    meet(barrier);
    mark(frame, number, SUM_MET);
    goes_on = block_adam<SLICES_AT_ONCE>(frame, m);
    mark(frame, number, ADAM_DONE);
    barrier.come();
    gathered = false;
    if (goes_on && number + 1 < MINIBATCHES) {
      const Minibatch next = minibatch_of(frame, number + 1);
      gathered = static_cast<int>(blockIdx.x) < next.parts;
      if (gathered) gather_part(frame, next, blockIdx.x, shared);
    }
    mark(frame, number, NEXT_GATHERED);
    barrier.wait();
    mark(frame, number, ADAM_MET);
  }
  if (blockIdx.x == 0) block_check_parameters(frame);
}
