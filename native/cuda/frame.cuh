// What the host hands to every kernel of an update, and how an update is cut into minibatches and
// chunks.
//
// Letters: T steps, N environments, D' row length of observations, A elements of an action, P
// parameters with padding. Row t * N + n of the rollout is step t of environment n. shape.cuh is
// generated: sizes and coefficients as constants.

#pragma once

#include "intrinsics.cuh"
#include "shape.cuh"

constexpr int ROWS = shape::num_steps * shape::num_envs;
constexpr int MINIBATCHES = shape::update_epochs * shape::num_minibatches;  // of an update
constexpr int LARGEST_MINIBATCH = (ROWS + shape::num_minibatches - 1) / shape::num_minibatches;
constexpr int CHUNK = shape::chunk_rows;
constexpr int MAX_CHUNKS = (LARGEST_MINIBATCH + CHUNK - 1) / CHUNK;

// Chunks of which a block computes one gradient; a program that wants more than one says so before
// it includes this. Gradients are added by a tree that is the same for all: four neighbouring
// chunks two and two, then these fours in order.
#ifndef BLOCK_CHUNKS
#define BLOCK_CHUNKS 1
#endif
constexpr int GROUP = 4;
constexpr int BLOCK_ROWS = BLOCK_CHUNKS * CHUNK;
constexpr int MAX_PARTS = (MAX_CHUNKS + BLOCK_CHUNKS - 1) / BLOCK_CHUNKS;
static_assert(GROUP % BLOCK_CHUNKS == 0, "blocks are subtrees");

// threads of every kernel where nothing else is said, and parameters of a slice
constexpr int THREADS = 256;
constexpr int SLICE = THREADS;
constexpr int SLICES = (shape::parameters + SLICE - 1) / SLICE;

// sums of a chunk's rows, and means over a minibatch's; a cache line of doubles
enum Sum {
  POLICY_LOSS,
  VALUE_LOSS,
  ENTROPY,
  LOG_RATIO,
  KL,
  CLIPPED,
  SUMS,
  NORM = SUMS,
  USED_ROWS,
  SUMS_LENGTH
};

struct AdamFactors {
  float step;  // learning rate over the bias correction of the mean
  float root;  // one over the root of the bias correction of the mean square
};

struct Schedule {
  double learning_rate;
  int rows;  // usable rows: those that did not diverge
  int padding;
  AdamFactors adam[MINIBATCHES];  // of the first, second, ... step that this update takes
};

// set by the host before an update to {-1, -1, 0, 0, NaN}
struct Status {
  int stopped_after_epoch;    // where target_kl was exceeded; -1: nowhere
  int not_finite_at;          // number of the minibatch; -1: none
  int done_minibatches;       // steps of Adam taken
  int parameters_not_finite;  // 1 if one is not, at the end
  double explained_variance;
};

struct Frame {
  const float* observations;  // [T + 1, N, D'] normalised
  const void* actions;        // float [T, N, A], int [T, N] if categorical
  const float* log_probs;     // [T, N]
  const float* values;        // [T + 1, N]
  const float* rewards;       // [T, N]
  const unsigned char* terminated;
  const unsigned char* truncated;
  const unsigned char* diverged;  // [T, N] each
  const float* truncated_values;  // [T, N], meaningless where not truncated
  float* advantages;              // [T, N]
  float* returns;                 // [T, N]
  const Schedule* schedule;
  const int* order;     // [epochs, T * N]: rows in the order of each epoch
  float2* moments;      // [MINIBATCHES]: mean of advantages, and one over their deviation
  float* parameters;    // [P]
  float* means;         // [P]
  float* squares;       // [P]
  float* partials;      // [MAX_PARTS, P]: each block's gradient; of wide networks see wide.cuh
  float* gradients;     // [P]: their sum, unclipped
  double* norms;        // [SLICES]: sums of squares of the gradient's slices
  double* sums;         // [MAX_CHUNKS, 8]
  double* diagnostics;  // [MINIBATCHES, 8]: six means, norm of the gradient, rows
  Status* status;
  unsigned* barrier;    // [multiprocessors], 0 before the first launch
  long long* timeline;  // [TIMES, 2]: see whole_update.cuh
};

// A minibatch by its number, epoch * num_minibatches + index.
struct Minibatch {
  int number, epoch, index;
  int rows;  // 0 if there are fewer usable rows than minibatches
  int chunks;
  int parts;         // of BLOCK_CHUNKS chunks each
  int step;          // which step of Adam in this update, from 0: empty minibatches take none
  const int* order;  // [rows]
};

__device__ __forceinline__ int minibatch_start(int rows, int index) {
  return static_cast<int>(static_cast<long long>(rows) * index / shape::num_minibatches);
}

__device__ __forceinline__ Minibatch minibatch_of(const Frame& frame, int number) {
  const int usable = frame.schedule->rows;
  Minibatch m;
  m.number = number;
  m.epoch = number / shape::num_minibatches;
  m.index = number % shape::num_minibatches;
  const int start = minibatch_start(usable, m.index);
  m.rows = minibatch_start(usable, m.index + 1) - start;
  m.chunks = (m.rows + CHUNK - 1) / CHUNK;
  m.parts = (m.rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  // where rows are fewer than minibatches, each has one row or none
  m.step = usable >= shape::num_minibatches ? number : m.epoch * usable + start;
  m.order = frame.order + static_cast<long long>(m.epoch) * ROWS + start;
  return m;
}

// Whether an earlier minibatch ended the update. Compares, since blocks of the ending one may still
// begin.
__device__ __forceinline__ bool ended_before(const Frame& frame, const Minibatch& m) {
  const int epoch = frame.status->stopped_after_epoch;
  const int number = frame.status->not_finite_at;
  return (epoch >= 0 && epoch < m.epoch) || (number >= 0 && number < m.number);
}
