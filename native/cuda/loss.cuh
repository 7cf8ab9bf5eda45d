// Losses of one row and their gradients with respect to the networks' outputs, as ppo.reference has
// them:
//
//   ratio    exp(log-prob - old log-prob)
//   policy   max(-a ratio, -a clamp(ratio, 1 - clip, 1 + clip)), a the advantage
//   value    max((v - ret)^2, (old + clamp(v - old, -clip, clip) - ret)^2) / 2, or its first part
//   loss     policy - ent_coef entropy + vf_coef value
//
// The loss is the mean over the minibatch: weight is 1 / rows.
//
// Of two equal parts of a maximum the first counts, with its gradient. Comparisons are written so
// that NaN comes through. Products that a compiler could fuse with a sum in one kernel and not in
// the next are spelled out.

#pragma once

#include "frame.cuh"

constexpr float CLIP = static_cast<float>(shape::clip_coef);
constexpr float LOW_RATIO = static_cast<float>(1 - shape::clip_coef);
constexpr float HIGH_RATIO = static_cast<float>(1 + shape::clip_coef);
constexpr float ENT_COEF = static_cast<float>(shape::ent_coef);
constexpr float VF_COEF = static_cast<float>(shape::vf_coef);
constexpr float HALF_LOG_TWO_PI = 0.918938533204672741780f;

struct ActorLoss {
  float policy_loss, entropy, log_ratio;
  float kl;  // ratio - 1 - log-ratio: its mean is an estimate of the divergence (Schulman 2020)
  float clipped;   // 1 if the ratio is out of bounds
  float gradient;  // with respect to the log-probability
};

__device__ __forceinline__ float clamp(float x, float low, float high) {
  return x < low ? low : x > high ? high : x;
}

__device__ __forceinline__ ActorLoss surrogate(float log_prob, float old_log_prob, float advantage,
                                               float weight) {
  ActorLoss row;
  row.log_ratio = __fsub_rn(log_prob, old_log_prob);
  const float ratio = expf(row.log_ratio);
  const float change = __fsub_rn(ratio, 1.0f);
  row.kl = __fsub_rn(change, row.log_ratio);
  row.clipped = fabsf(change) > shape::clip_coef ? 1 : 0;
  const float loss = __fmul_rn(-advantage, ratio);
  const float near = __fmul_rn(-advantage, clamp(ratio, LOW_RATIO, HIGH_RATIO));
  row.policy_loss = loss >= near ? loss : near;
  // the ratio's derivative is the ratio
  row.gradient = loss >= near ? __fmul_rn(weight, loss) : 0;
  return row;
}

// A diagonal Gaussian; out is the actor's output, action's elements lie stride apart. Writes d
// where the actor puts something out: [A] of means, and [A, 2A) of log-std if they depend on the
// state.
__device__ inline ActorLoss gaussian_loss(const float* out, const float* action, int stride,
                                          const float* log_std, const float* inverse_std,
                                          float old_log_prob, float advantage, float weight,
                                          float* d) {
  constexpr bool by_state = shape::head == shape::STATE_GAUSSIAN;
  constexpr int A = shape::actions;
  float log_prob = 0, entropy = 0;
  for (int k = 0; k < A; k++) {
    const float deviation = by_state ? out[A + k] : log_std[k];
    const float inverse = by_state ? expf(-deviation) : inverse_std[k];
    const float noise = __fmul_rn(__fsub_rn(action[k * stride], out[k]), inverse);
    const float constant = __fadd_rn(deviation, HALF_LOG_TWO_PI);
    log_prob = __fadd_rn(log_prob, fmaf(__fmul_rn(-0.5f, noise), noise, -constant));
    entropy = __fadd_rn(entropy, __fadd_rn(0.5f, constant));
  }
  ActorLoss row = surrogate(log_prob, old_log_prob, advantage, weight);
  row.entropy = entropy;
  for (int k = 0; k < A; k++) {
    const float inverse = by_state ? expf(-out[A + k]) : inverse_std[k];
    const float noise = __fmul_rn(__fsub_rn(action[k * stride], out[k]), inverse);
    d[k] = __fmul_rn(__fmul_rn(row.gradient, noise), inverse);
    if (by_state) {
      d[A + k] = fmaf(row.gradient, fmaf(noise, noise, -1.0f), __fmul_rn(-weight, ENT_COEF));
    }
  }
  return row;
}

// What one row adds to the gradient of an element of log-std that is a parameter.
__device__ __forceinline__ double log_std_gradient(float out, float action, float inverse_std,
                                                   float gradient, float weight) {
  const float noise = __fmul_rn(__fsub_rn(action, out), inverse_std);
  const double excess = fma(static_cast<double>(noise), static_cast<double>(noise), -1.0);
  return fma(static_cast<double>(gradient), excess, -static_cast<double>(weight) * shape::ent_coef);
}

// A choice among the first A outputs, which are logits.
__device__ inline ActorLoss categorical_loss(const float* logits, int choice, float old_log_prob,
                                             float advantage, float weight, float* d) {
  constexpr int A = shape::actions;
  float most = logits[0];
  for (int k = 1; k < A; k++) most = logits[k] > most ? logits[k] : most;
  float sum = 0;
  for (int k = 0; k < A; k++) sum = __fadd_rn(sum, expf(__fsub_rn(logits[k], most)));
  const float log_sum = logf(sum);
  float entropy = 0;
  for (int k = 0; k < A; k++) {
    const float log_prob = __fsub_rn(__fsub_rn(logits[k], most), log_sum);
    entropy = fmaf(-expf(log_prob), log_prob, entropy);
  }
  const float chosen = __fsub_rn(__fsub_rn(logits[choice], most), log_sum);
  ActorLoss row = surrogate(chosen, old_log_prob, advantage, weight);
  row.entropy = entropy;
  for (int k = 0; k < A; k++) {
    const float log_prob = __fsub_rn(__fsub_rn(logits[k], most), log_sum);
    const float probability = expf(log_prob);
    const float bonus = __fmul_rn(__fmul_rn(__fmul_rn(weight, ENT_COEF), probability),
                                  __fadd_rn(log_prob, entropy));
    d[k] = fmaf(row.gradient, __fsub_rn(k == choice ? 1.0f : 0.0f, probability), bonus);
  }
  return row;
}

// The loss of a value, without vf_coef; d is its gradient, with it.
__device__ __forceinline__ float value_loss(float value, float old, float target, float weight,
                                            float* d) {
  const float error = __fsub_rn(value, target);
  float loss = __fmul_rn(error, error);
  bool through = true;
  if (shape::clip_vloss) {
    const float change = __fsub_rn(value, old);
    const float near = __fsub_rn(__fadd_rn(old, clamp(change, -CLIP, CLIP)), target);
    const float near_loss = __fmul_rn(near, near);
    through = loss >= near_loss || fabsf(change) <= CLIP;
    loss = loss >= near_loss ? loss : near_loss;
  }
  *d = through ? __fmul_rn(__fmul_rn(weight, VF_COEF), error) : 0;
  return 0.5f * loss;
}

// where a row's losses go: columns of a stride, in the order of Sum
__device__ __forceinline__ void store_losses(const ActorLoss& row, float* to, int stride) {
  to[POLICY_LOSS * stride] = row.policy_loss;
  to[ENTROPY * stride] = row.entropy;
  to[LOG_RATIO * stride] = row.log_ratio;
  to[KL * stride] = row.kl;
  to[CLIPPED * stride] = row.clipped;
}
