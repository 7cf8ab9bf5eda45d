// All blocks of a cooperative launch meet.

#pragma once

#include "intrinsics.cuh"

// Each block has a word, in which it counts the meetings that it has come to; a block goes on when
// all words have come as far. One trip to the second-level cache there and one back, where a common
// counter takes a trip more, and its additions wait for each other.
//
// words [multiples of 4 above the blocks]: 0 before the first launch; all launches on the same
// words have the same grid, so that all blocks begin with the same count.
class GridBarrier {
 public:
  __device__ explicit GridBarrier(unsigned* words) : words(words), count(words[blockIdx.x]) {}

  // What the threads of all blocks wrote before they came, all threads see behind the wait. Between
  // the two a block does what the others have no part in.
  __device__ void come() {
    __syncthreads();
    count++;
    if (threadIdx.x == 0) store_release(words + blockIdx.x, count);
  }

  __device__ void wait() {
    if (threadIdx.x < 32) {
      while (!__all_sync(0xFFFFFFFFu, have_come())) __nanosleep(20);
    }
    __syncthreads();
  }

 private:
  // whether the blocks of this lane have: four of every 128
  __device__ bool have_come() const {
    bool come = true;
    for (unsigned first = 4 * threadIdx.x; first < gridDim.x; first += 128) {
      unsigned counts[4];
      load_acquire4(words + first, counts);
#pragma unroll
      for (int k = 0; k < 4; k++) {
        // differences, since a count may begin again from 0
        come &= first + k >= gridDim.x || static_cast<int>(counts[k] - count) >= 0;
      }
    }
    return come;
  }

  unsigned* words;
  unsigned count;
};
