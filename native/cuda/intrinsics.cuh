// What CUDA C++ has no words for: all inline PTX, with a twin of each function for the emulation on
// a CPU.
//
// No CUDA header is included anywhere: NVRTC knows the rest by itself.

#pragma once

#ifdef CUDA_EMU

// barrier of a part of a block: number 1 to 15, threads a multiple of 32
static inline void sync_threads(int number, int threads) { emu::sync_named(number, threads); }

// 16 bytes from global to shared memory, past the first-level cache; visible after wait_for_copies
// and a barrier
static inline void copy_16_bytes(float* shared, const float* global) {
  emu::copy_later(shared, global, 16);
}
static inline void wait_for_copies() { emu::finish_copies(); }

// what this thread's block wrote before is visible to who reads the sum or a later one by
// load_acquire
static inline unsigned add_release(unsigned* p, unsigned v) {
  return __atomic_fetch_add(p, v, __ATOMIC_ACQ_REL);
}
static inline unsigned load_acquire(const unsigned* p) {
  return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

// one instruction each on the device, good to 2 units in the last place
static inline float exp2_approximate(float x) { return exp2f(x); }
static inline float reciprocal_approximate(float x) { return 1.0f / x; }

#else

#define EXPORT_KERNEL(name)
#define DYN_SHARED(type, name)                                   \
  extern __shared__ __align__(128) unsigned char name##_bytes[]; \
  type* name = reinterpret_cast<type*>(name##_bytes)

__device__ __forceinline__ void sync_threads(int number, int threads) {
  asm volatile("bar.sync %0, %1;" ::"r"(number), "r"(threads) : "memory");
}

__device__ __forceinline__ void copy_16_bytes(float* shared, const float* global) {
  const unsigned to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(global) : "memory");
}
__device__ __forceinline__ void wait_for_copies() {
  asm volatile("cp.async.wait_all;" ::: "memory");
}

__device__ __forceinline__ unsigned add_release(unsigned* p, unsigned v) {
  unsigned old;
  asm volatile("atom.add.acq_rel.gpu.global.u32 %0, [%1], %2;"
               : "=r"(old)
               : "l"(p), "r"(v)
               : "memory");
  return old;
}
__device__ __forceinline__ unsigned load_acquire(const unsigned* p) {
  unsigned v;
  asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(v) : "l"(p) : "memory");
  return v;
}

__device__ __forceinline__ float exp2_approximate(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
__device__ __forceinline__ float reciprocal_approximate(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

#endif

//---------------------------------- four floats at once -------------------------------------------

__device__ __forceinline__ void load4(const float* from, float (&to)[4]) {
  const float4 v = *reinterpret_cast<const float4*>(from);
  to[0] = v.x;
  to[1] = v.y;
  to[2] = v.z;
  to[3] = v.w;
}

__device__ __forceinline__ void store4(float* to, const float (&from)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(from[0], from[1], from[2], from[3]);
}

//---------------------------------- sums in a fixed order -----------------------------------------

// the same bits in all lanes: a + b is b + a
__device__ __forceinline__ double warp_sum(double v) {
#pragma unroll
  for (int mask = 16; mask > 0; mask /= 2) v += __shfl_xor_sync(0xFFFFFFFFu, v, mask);
  return v;
}

// over all threads of a block of at most 1024, to all of them
__device__ inline double block_sum(double v) {
  __shared__ double sums[32];
  v = warp_sum(v);
  if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = v;
  __syncthreads();
  double total = 0;
  for (int w = 0; w < static_cast<int>(blockDim.x) / 32; w++) total += sums[w];
  __syncthreads();  // sums may be used again
  return total;
}
