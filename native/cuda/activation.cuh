// What a layer's outputs go through, and how a gradient comes back through it.

#pragma once

#include "network.cuh"

// tanh, to 2 units in the last place but for what the device's exponential and reciprocal are off.
// Without a branch, so that those of a tile go side by side, where calls of tanhf would go one
// after the other. Near 0 a polynomial in x^2, which minimises the relative error up to 0.6;
// beyond, 1 - 2 / (e^2x + 1), which loses nothing there.
__device__ __forceinline__ float tanh_unbranched(float x) {
  const float square = __fmul_rn(x, x);
  float p = fmaf(1.57394409e-2f, square, -5.23025580e-2f);
  p = fmaf(p, square, 1.33152470e-1f);
  p = fmaf(p, square, -3.33327681e-1f);
  const float near = fmaf(__fmul_rn(p, square), x, x);
  constexpr float two_log2_e = 2.885390082f;
  const float power = exp2_approximate(__fmul_rn(fabsf(x), two_log2_e));
  const float far = fmaf(-2.0f, reciprocal_approximate(__fadd_rn(power, 1.0f)), 1.0f);
  return fabsf(x) >= 0.6f ? copysignf(far, x) : near;  // NaN is near
}

template <int F>
__device__ __forceinline__ float activate(float x) {
  if (F == shape::TANH) return tanh_unbranched(x);
  if (F == shape::RELU) return x < 0 ? 0 : x;  // NaN stays
  return x;
}

// takes the gradient of an activation's output y to that of its input
template <int F>
__device__ __forceinline__ float activate_backward(float y, float d) {
  if (F == shape::TANH) return fmaf(-__fmul_rn(y, d), y, d);
  if (F == shape::RELU) return y > 0 ? d : 0;
  return d;
}
