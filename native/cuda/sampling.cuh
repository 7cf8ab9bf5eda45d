// Draws actions from what an actor puts out, with the random words that stride.nn.PolicyInference
// draws: index is the environment, position the step, and pair j of words of a row makes the
// normals 2j (cosine) and 2j + 1 (sine).

#pragma once

#include "loss.cuh"
#include "philox.cuh"

// What the host hands to the policy kernels. Pointers are to the first of the rows at hand.
struct PolicyFrame {
  const float* raw;          // [rows, D'] observations as the environments gave them
  float* observations;       // [rows, D'] normalised; may be raw itself
  const float* mean;         // [D'], padding 0; null: observations are taken as they are
  const float* inverse_std;  // [D'], padding 0
  double* sums;  // [N, 2 D] of all environments: added to for the statistics; null: not wanted
  const float* parameters;  // [P]
  void* actions;            // float [rows, A], int [rows] if categorical; null: values only
  float* log_probs;         // [rows]
  float* values;            // [rows]
  unsigned long long seed;
};

// Codes of stride.random.Purpose are above 0.
constexpr int MODE = 0;  // in their place: the mean, or the most probable action

struct Draw {
  unsigned long long seed;
  long long step;
  int purpose;
};

// block of four words of an environment
__device__ __forceinline__ uint4 words_of(const Draw& draw, int env, int block) {
  const unsigned low = static_cast<unsigned>(draw.step);
  const unsigned high = static_cast<unsigned>(draw.step >> 32);
  const unsigned last = static_cast<unsigned>(draw.purpose) << 24 | static_cast<unsigned>(block);
  return philox(make_uint4(static_cast<unsigned>(env), low, high, last), draw.seed);
}

// (x - mean) / std, clipped to [-10, 10]; NaN stays
__device__ __forceinline__ float normalized(float x, float mean, float inverse_std) {
  return clamp(__fmul_rn(__fsub_rn(x, mean), inverse_std), -10.0f, 10.0f);
}

// Writes an action, and returns its log-probability.
__device__ inline float sample_gaussian(const float* out, const float* log_std, const Draw& draw,
                                        int env, float* action) {
  constexpr bool by_state = shape::head == shape::STATE_GAUSSIAN;
  constexpr int A = shape::actions;
  float log_prob = 0;
  float noises[4] = {};
  for (int k = 0; k < A; k++) {
    if (k % 4 == 0 && draw.purpose != MODE) {
      const uint4 words = words_of(draw, env, k / 4);
      const float2 first = normals(words.x, words.y);
      const float2 second = normals(words.z, words.w);
      noises[0] = first.x;
      noises[1] = first.y;
      noises[2] = second.x;
      noises[3] = second.y;
    }
    const float noise = k % 4 == 0   ? noises[0]
                        : k % 4 == 1 ? noises[1]
                        : k % 4 == 2 ? noises[2]
                                     : noises[3];
    const float deviation = by_state ? out[A + k] : log_std[k];
    action[k] = fmaf(expf(deviation), noise, out[k]);
    const float constant = __fadd_rn(deviation, HALF_LOG_TWO_PI);
    log_prob = __fadd_rn(log_prob, fmaf(__fmul_rn(-0.5f, noise), noise, -constant));
  }
  return log_prob;
}

// By inversion: the first action whose cumulative probability exceeds a uniform number.
__device__ inline float sample_categorical(const float* logits, const Draw& draw, int env,
                                           int* action) {
  constexpr int A = shape::actions;
  int best = 0;
  for (int k = 1; k < A; k++) best = logits[k] > logits[best] ? k : best;
  const float most = logits[best];
  float sum = 0;
  for (int k = 0; k < A; k++) sum = __fadd_rn(sum, expf(__fsub_rn(logits[k], most)));
  int chosen = best;
  if (draw.purpose != MODE) {
    const float uniform = static_cast<float>(words_of(draw, env, 0).x >> 8) * 0x1p-24f;
    const float threshold = __fmul_rn(uniform, sum);
    chosen = 0;
    float cumulative = expf(__fsub_rn(logits[0], most));
    while (chosen < A - 1 && !(cumulative > threshold)) {
      chosen++;
      cumulative = __fadd_rn(cumulative, expf(__fsub_rn(logits[chosen], most)));
    }
  }
  *action = chosen;
  return __fsub_rn(__fsub_rn(logits[chosen], most), logf(sum));
}

// the action and log-probability of row r, with the actor's output for it
__device__ inline void sample_row(const PolicyFrame& frame, const Draw& draw, int first_env, int r,
                                  const float* out, const float* log_std) {
  if constexpr (shape::head == shape::CATEGORICAL) {
    frame.log_probs[r] =
        sample_categorical(out, draw, first_env + r, static_cast<int*>(frame.actions) + r);
  } else {
    float* action = static_cast<float*>(frame.actions) + static_cast<long long>(r) * shape::actions;
    frame.log_probs[r] = sample_gaussian(out, log_std, draw, first_env + r, action);
  }
}

// Element k of row r: counted for the statistics, normalised, and stored; returns it.
__device__ inline float observe(const PolicyFrame& frame, int first_env, int r, int k) {
  const long long at = static_cast<long long>(r) * shape::observation_stride + k;
  const float x = frame.raw[at];
  if (frame.sums && k < shape::observations) {
    const double d = static_cast<double>(x) - (frame.mean ? frame.mean[k] : 0);
    double* sum = frame.sums + static_cast<long long>(first_env + r) * 2 * shape::observations + k;
    sum[0] += d;
    sum[shape::observations] = fma(d, d, sum[shape::observations]);
  }
  const float value = frame.mean ? normalized(x, frame.mean[k], frame.inverse_std[k]) : x;
  frame.observations[at] = value;
  return value;
}
