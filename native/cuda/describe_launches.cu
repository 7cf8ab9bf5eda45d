// Tells the host the sizes that this program was compiled with, so that it needs no formula of its
// own.

#pragma once

#include "gae.cu"
#include "network.cuh"
#include "sampling.cuh"
#include "wide.cuh"

// grid: 1, block: 1; to [16]
extern "C" __global__ void describe_launches(int* to) {
  to[0] = THREADS;
  to[1] = SHARED_BYTES;  // dynamic, of minibatch_gradient, ppo_update and policy_step
  to[2] = MAX_CHUNKS;    // rows of partials and sums
  to[3] = SLICES;        // elements of norms; best grid of reduce_gradients and adam_step
  to[4] = GAE_THREADS;
  to[5] = THREADS;  // of the one block of explained_variance
  to[6] = WIDE_LOSS_THREADS;
  to[7] = SUMMED;  // columns of partials of wide networks
  to[8] = sizeof(Frame);
  to[9] = sizeof(Schedule);
  to[10] = sizeof(Status);
  to[11] = sizeof(PolicyFrame);
  to[12] = SUMS_LENGTH;
  to[13] = CHUNK;
  to[14] = (SHARED_BYTES - 4 * OBSERVATIONS_AT) / BLOCK_ROWS;  // of these, for each row
  to[15] = TILE_COLUMNS;
}
EXPORT_KERNEL(describe_launches)
