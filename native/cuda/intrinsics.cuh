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

// what this thread's block wrote before is visible to who reads the value by load_acquire4
static inline void store_release(unsigned* p, unsigned v) {
  __atomic_store_n(p, v, __ATOMIC_RELEASE);
}
static inline void load_acquire4(const unsigned* p, unsigned (&to)[4]) {
  for (int k = 0; k < 4; k++) to[k] = __atomic_load_n(p + k, __ATOMIC_ACQUIRE);
}

// All threads of a cluster meet: what they wrote before, all of them see behind it.
static inline void sync_cluster() { emu::sync_cluster(); }

static inline long long clock_nanoseconds() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}
static inline long long clock_cycles() { return clock_nanoseconds(); }

// one instruction each on the device, good to 2 units in the last place
static inline float exp2_approximate(float x) { return exp2f(x); }
static inline float reciprocal_approximate(float x) { return 1.0f / x; }

#else

#define EXPORT_KERNEL(name)
#define EXPORT_CLUSTER_KERNEL(name, blocks)
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

__device__ __forceinline__ void store_release(unsigned* p, unsigned v) {
  asm volatile("st.release.gpu.global.u32 [%0], %1;" ::"l"(p), "r"(v) : "memory");
}
__device__ __forceinline__ void load_acquire4(const unsigned* p, unsigned (&to)[4]) {
  asm volatile("ld.acquire.gpu.global.v4.u32 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "l"(p)
               : "memory");
}

// of compute capability 9.0 and above
__device__ __forceinline__ void sync_cluster() {
  asm volatile(
      "barrier.cluster.arrive.release.aligned;\n"
      "barrier.cluster.wait.acquire.aligned;" ::
          : "memory");
}

__device__ __forceinline__ long long clock_nanoseconds() {
  long long t;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(t)::"memory");
  return t;
}
__device__ __forceinline__ long long clock_cycles() {
  long long t;
  asm volatile("mov.u64 %0, %clock64;" : "=l"(t)::"memory");
  return t;
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

// each over all threads of a block of at most 1024, to all of them
template <int COUNT>
__device__ inline void sum_each(double (&v)[COUNT]) {
  __shared__ double sums[COUNT][32];
#pragma unroll
  for (int k = 0; k < COUNT; k++) {
    v[k] = warp_sum(v[k]);
    if (threadIdx.x % 32 == 0) sums[k][threadIdx.x / 32] = v[k];
  }
  __syncthreads();
#pragma unroll
  for (int k = 0; k < COUNT; k++) {
    v[k] = 0;
    for (int w = 0; w < static_cast<int>(blockDim.x) / 32; w++) v[k] += sums[k][w];
  }
  __syncthreads();  // sums may be used again
}

__device__ inline double block_sum(double v) {
  double one[1] = {v};
  sum_each(one);
  return one[0];
}
