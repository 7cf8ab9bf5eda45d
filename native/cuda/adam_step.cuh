// Clips the norm of the gradient, as torch.nn.utils.clip_grad_norm_ does, and takes a step of Adam:
//
//   g = gradient min(1, max_grad_norm / (norm + 1e-6))
//   mean += (1 - beta1) (g - mean)      square = beta2 square + (1 - beta2) g^2
//   parameter -= step mean / (sqrt(square) root + eps)
//
// in place, element by element, rounded as the CPU rounds: from the same gradient the same bits
// come. If the norm or a loss is not finite, nothing changes, and status says where. Behind an
// epoch's last minibatch its KL is looked at.

#pragma once

#include "frame.cuh"

// the same in every warp of every block
__device__ inline double gradient_norm(const Frame& frame) {
  double squares = 0;
  for (int slice = threadIdx.x % 32; slice < SLICES; slice += 32) {
    squares += __ldcg(frame.norms + slice);
  }
  return sqrt(warp_sum(squares));
}

// what a step reads of a parameter
struct AdamElement {
  float parameter, mean, square, gradient;
};

__device__ __forceinline__ AdamElement load_element(const Frame& frame, int i) {
  if (i >= shape::parameters) return {};
  return {frame.parameters[i], frame.means[i], frame.squares[i], __ldcg(frame.gradients + i)};
}

__device__ __forceinline__ void step_element(const Frame& frame, int i, const AdamElement& old,
                                             float scale, AdamFactors factors) {
  constexpr float beta1 = static_cast<float>(shape::adam_beta1);
  constexpr float beta2 = static_cast<float>(shape::adam_beta2);
  constexpr float eps = static_cast<float>(shape::adam_eps);
  const float g = __fmul_rn(old.gradient, scale);
  const float mean = fmaf(__fsub_rn(g, old.mean), 1 - beta1, old.mean);
  const float square = fmaf(__fmul_rn(g, 1 - beta2), g, __fmul_rn(old.square, beta2));
  const float root = __fadd_rn(__fmul_rn(__fsqrt_rn(square), factors.root), eps);
  frame.means[i] = mean;
  frame.squares[i] = square;
  frame.parameters[i] = __fsub_rn(old.parameter, __fdiv_rn(__fmul_rn(mean, factors.step), root));
}

// Returns whether the update goes on; all blocks find the same. AT_ONCE: elements of a thread whose
// loads wait together.
template <int AT_ONCE>
__device__ inline bool block_adam(const Frame& frame, const Minibatch& m) {
  // all loads begin before the first of them is waited for
  const int stride = gridDim.x * THREADS;
  int i = blockIdx.x * THREADS + threadIdx.x;
  AdamElement elements[AT_ONCE];
#pragma unroll
  for (int k = 0; k < AT_ONCE; k++) elements[k] = load_element(frame, i + k * stride);
  const AdamFactors factors = frame.schedule->adam[m.step];
  double* diagnostics = frame.diagnostics + m.number * SUMS_LENGTH;
  const double losses = __ldcg(diagnostics + POLICY_LOSS) + __ldcg(diagnostics + VALUE_LOSS);
  const double kl = __ldcg(diagnostics + KL);
  const double norm = gradient_norm(frame);
  const bool tells = blockIdx.x == 0 && threadIdx.x == 0;
  if (tells) diagnostics[NORM] = norm;
  if (!isfinite(norm + losses)) {
    if (tells) frame.status->not_finite_at = m.number;
    return false;
  }
  const double clipped = shape::max_grad_norm / (norm + 1e-6);
  const float scale = static_cast<float>(clipped < 1 ? clipped : 1);
  while (i < shape::parameters) {
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) {
      const int at = i + k * stride;
      if (at < shape::parameters) step_element(frame, at, elements[k], scale, factors);
    }
    i += AT_ONCE * stride;
#pragma unroll
    for (int k = 0; k < AT_ONCE; k++) elements[k] = load_element(frame, i + k * stride);
  }
  if (tells) frame.status->done_minibatches = m.step + 1;
  const bool stops =
      shape::target_kl >= 0 && m.index == shape::num_minibatches - 1 && kl > shape::target_kl;
  if (stops && tells) frame.status->stopped_after_epoch = m.epoch;
  return !stops;
}
