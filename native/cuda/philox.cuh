// Philox4x32-10, as stride.random.Philox has it: a 128-bit counter and a 64-bit key become four
// random words.
//
// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011. Counter: index,
// position (low and high word), purpose << 24 | block.

#pragma once

#include "intrinsics.cuh"

__device__ inline uint4 philox(uint4 counter, unsigned long long key) {
  unsigned k0 = static_cast<unsigned>(key);
  unsigned k1 = static_cast<unsigned>(key >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    const unsigned high0 = __umulhi(0xD2511F53u, counter.x);
    const unsigned low0 = 0xD2511F53u * counter.x;
    const unsigned high1 = __umulhi(0xCD9E8D57u, counter.z);
    const unsigned low1 = 0xCD9E8D57u * counter.z;
    counter = make_uint4(high1 ^ counter.y ^ k0, low1, high0 ^ counter.w ^ k1, low0);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return counter;
}

// Two independent standard normals of two words (Box and Muller), as stride.nn.Kernels.normals has
// them.
__device__ inline float2 normals(unsigned radius_word, unsigned angle_word) {
  const float u = (static_cast<float>(radius_word >> 1) + 0.5f) * 0x1p-31f;
  const float radius = sqrtf(-2 * logf(u));
  const float turns = static_cast<float>(static_cast<int>(angle_word) >> 8) * 0x1p-24f;
  float sine, cosine;
  sincospif(2 * turns, &sine, &cosine);
  return make_float2(radius * cosine, radius * sine);
}
