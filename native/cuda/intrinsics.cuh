// What CUDA C++ has no words for: all inline PTX, with a twin of each function for the emulation on
// a CPU.
//
// No CUDA header is included anywhere: NVRTC knows the rest by itself.

#pragma once

// bits of a float's fraction that the tensor cores pass over: 13 of 23
constexpr int TF32_CUT = 13;

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

// All threads of a cluster meet: what they wrote before they came, all of them see behind the wait.
static inline void come_to_cluster() { emu::come_to_cluster(); }
static inline void wait_for_cluster() { emu::wait_for_cluster(); }

static inline long long clock_nanoseconds() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}
static inline long long clock_cycles() { return clock_nanoseconds(); }

// one instruction each on the device, good to 2 units in the last place
static inline float exp2_approximate(float x) { return exp2f(x); }
static inline float reciprocal_approximate(float x) { return 1.0f / x; }

// d = a b + c by the tensor cores: a [16, 8], b [8, 8], c and d [16, 8], spread over the 32 lanes
// of a warp, all of which must take part. With g = lane / 4 and t = lane % 4, a lane holds
//
//   a[g][t], a[g + 8][t], a[g][t + 4], a[g + 8][t + 4]     b[t][g], b[t + 4][g]
//   d[g][2t], d[g][2t + 1], d[g + 8][2t], d[g + 8][2t + 1]     c likewise
//
// Of a and b the lowest TF32_CUT bits count as 0. Products are exact; that sums are cut off and not
// rounded is what was found of the device (Ootomo and Yokota 2022, "Recovering single precision
// accuracy from Tensor Cores"), NVIDIA leaves it open.
static inline void multiply_tf32(float (&d)[4], const float (&a)[4], const float (&b)[2],
                                 const float (&c)[4]) {
  const auto a_left = emu::all_lanes(make_float2(a[0], a[1]));  // columns 0 to 3
  const auto a_right = emu::all_lanes(make_float2(a[2], a[3]));
  const auto b_both = emu::all_lanes(make_float2(b[0], b[1]));
  const auto cut = [](float x) -> double {
    return __uint_as_float(__float_as_uint(x) >> TF32_CUT << TF32_CUT);
  };
  const int g = emu::own_lane() / 4;
  const int t = emu::own_lane() % 4;
  for (int i = 0; i < 4; i++) {
    double sum = c[i];
    for (int k = 0; k < 8; k++) {
      const float2 left = (k < 4 ? a_left : a_right)[4 * g + k % 4];
      const float2 right = b_both[4 * (2 * t + i % 2) + k % 4];
      sum += cut(i < 2 ? left.x : left.y) * cut(k < 4 ? right.x : right.y);
    }
    const float nearest = static_cast<float>(sum);
    d[i] = std::abs(nearest) > std::abs(sum) ? std::nextafter(nearest, 0.0f) : nearest;
  }
}

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
__device__ __forceinline__ void come_to_cluster() {
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
}
__device__ __forceinline__ void wait_for_cluster() {
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
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

// of compute capability 8.0 and above
__device__ __forceinline__ void multiply_tf32(float (&d)[4], const float (&a)[4],
                                              const float (&b)[2], const float (&c)[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7},"
      " {%8, %9}, {%10, %11, %12, %13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(__float_as_uint(a[0])), "r"(__float_as_uint(a[1])), "r"(__float_as_uint(a[2])),
        "r"(__float_as_uint(a[3])), "r"(__float_as_uint(b[0])), "r"(__float_as_uint(b[1])),
        "f"(c[0]), "f"(c[1]), "f"(c[2]), "f"(c[3]));
}

#endif

//---------------------------------- what both have ------------------------------------------------

// To the bits that the tensor cores take, the nearest. Below compute capability 9.0 halves go away
// from 0, and cvt.rna.tf32 would take two instructions more, for what is not finite.
__device__ __forceinline__ float round_tf32(float x) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  unsigned y;
  asm("cvt.rn.tf32.f32 %0, %1;" : "=r"(y) : "f"(x));
  return __uint_as_float(y);
#else
  constexpr unsigned half = 1u << (TF32_CUT - 1);
  return __uint_as_float((__float_as_uint(x) + half) >> TF32_CUT << TF32_CUT);
#endif
}

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
