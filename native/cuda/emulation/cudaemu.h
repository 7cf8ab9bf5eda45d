// Compiles a .cu file by g++ and runs its kernels on the CPU, to test their arithmetic and their
// barriers where there is no GPU. Nothing about it tells how fast a kernel is.
//
//   g++ -std=c++17 -O2 -march=x86-64-v3 -ffp-contract=off -x c++ -include cudaemu.h ppo.cu -shared
//   -fPIC -pthread -o ppo.so
//
// A thread is a fiber (cudaemu_engine.h). Covered: barriers, named barriers, shuffles and votes of
// whole warps, atomics, dynamic shared memory by DYN_SHARED, cooperative launches with a grid
// barrier written by hand (its loop must contain __nanosleep), launches of one cluster, asynchronous
// copies. Not covered: textures, <<<>>>, partial warps, the weak order
// of memory, timing. Shared memory starts as NaN. EMU_ORDER=n lets the threads of a block run in
// another order; EMU_THREADS=n lets n blocks of an ordinary launch run at once.

#pragma once

#define CUDA_EMU 1

#include <algorithm>
#include <chrono>
#include <cmath>
#include <type_traits>

#include "cudaemu_engine.h"

//---------------------------------- launches ------------------------------------------------------

namespace emu {

// arguments copied at launch time, as the driver does: one malloc'ed piece of pointers and values
template <class... A>
void** pack(void (*)(A...), void** arguments) {
  constexpr size_t count = sizeof...(A);
  const size_t sizes[count + 1] = {sizeof(A)...};
  size_t bytes = (count + 1) * sizeof(void*);
  for (size_t i = 0; i < count; i++) bytes += sizes[i] + 16;
  char* memory = static_cast<char*>(std::malloc(bytes));
  void** pointers = reinterpret_cast<void**>(memory);
  char* at = memory + (count + 1) * sizeof(void*);
  for (size_t i = 0; i < count; i++) {
    at = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(at) + 15) &
                                 ~static_cast<uintptr_t>(15));
    std::memcpy(at, arguments[i], sizes[i]);
    pointers[i] = at;
    at += sizes[i];
  }
  return pointers;
}

template <class... A>
struct Call {
  void (*kernel)(A...);
  void** arguments;

  template <size_t... I>
  void run(std::index_sequence<I...>) {
    kernel(*static_cast<std::remove_reference_t<A>*>(arguments[I])...);
  }
};

template <class... A>
void launch(void (*kernel)(A...), dim3 grid, dim3 size, size_t dynamic_bytes, void** arguments,
            bool cooperative = false) {
  Call<A...> call{kernel, arguments};
  const unsigned blocks = grid.x * grid.y * grid.z;
  std::atomic<unsigned> next{0};
  Meeting cluster{blocks};
  auto work = [&] {
    Block b{};
    b.cluster = &cluster;
    b.grid = grid;
    b.size = size;
    b.body = [](void* p) { static_cast<Call<A...>*>(p)->run(std::index_sequence_for<A...>()); };
    b.arguments = &call;
    for (unsigned i; (i = next++) < blocks;) {
      b.index = {i % grid.x, i / grid.x % grid.y, i / (grid.x * grid.y)};
      run_block(b, dynamic_bytes);
    }
  };
  // blocks of a cooperative launch and of a cluster wait for each other, so all must run at once
  unsigned workers = cooperative ? blocks : environment_number("EMU_THREADS", 1);
  workers = workers > blocks ? blocks : workers;
  if (workers <= 1) {
    work();
    return;
  }
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < workers; i++) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace emu

//---------------------------------- keywords and types --------------------------------------------

#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static thread_local
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __cluster_dims__(...)

#define threadIdx (emu::self->thread)
#define blockIdx (emu::block->index)
#define blockDim (emu::block->size)
#define gridDim (emu::block->grid)
#define warpSize 32

// CUDA's: extern __shared__ type name[]
#define DYN_SHARED(type, name) type* name = reinterpret_cast<type*>(emu::block->dynamic_shared)

// makes a kernel callable by name with cuLaunchKernel's array of arguments; emupack__ copies that
// array with its values
#define EXPORT_KERNEL(name)                                                                       \
  extern "C" void** emupack__##name(void** arguments) { return emu::pack(name, arguments); }      \
  extern "C" void emu__##name(unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,    \
                              unsigned bz, unsigned dynamic_bytes, void** arguments,              \
                              int cooperative) {                                                  \
    emu::launch(name, dim3(gx, gy, gz), dim3(bx, by, bz), dynamic_bytes, arguments, cooperative); \
  }

// the same of a kernel whose blocks form clusters of so many
#define EXPORT_CLUSTER_KERNEL(name, blocks) \
  EXPORT_KERNEL(name)                       \
  extern "C" int emucluster__##name() { return blocks; }

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
#ifdef EMU_TALLY
  float4(float x_, float y_, float z_, float w_) : x(x_), y(y_), z(z_), w(w_) {}
  float4(const float4& from) : x(from.x), y(from.y), z(from.z), w(from.w) {
    emu::tally_load4(&from);
  }
  float4& operator=(const float4& from) {
    emu::tally_store4(this);
    x = from.x, y = from.y, z = from.z, w = from.w;
    return *this;
  }
#endif
};
struct alignas(8) int2 {
  int x, y;
};
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) {
  return {x, y, z, w};
}

//---------------------------------- barriers, shuffles, votes -------------------------------------

static inline void __syncthreads() { emu::sync_block(); }
static inline int __syncthreads_or(int vote) { return emu::sync_block_count(vote) > 0; }
static inline int __syncthreads_count(int vote) { return emu::sync_block_count(vote); }
static inline void __syncwarp(unsigned = ~0u) { emu::sync_warp(); }

template <class T>
static inline T __shfl_sync(unsigned, T value, int lane) {
  return emu::shuffle(value, lane);
}
template <class T>
static inline T __shfl_xor_sync(unsigned, T value, int mask) {
  return emu::shuffle(value, emu::own_lane() ^ mask);
}
template <class T>
static inline T __shfl_down_sync(unsigned, T value, unsigned delta) {
  const unsigned lane = emu::own_lane();
  return emu::shuffle(value, lane + delta < emu::WARP ? lane + delta : lane);
}
template <class T>
static inline T __shfl_up_sync(unsigned, T value, unsigned delta) {
  const unsigned lane = emu::own_lane();
  return emu::shuffle(value, lane < delta ? lane : lane - delta);
}
static inline unsigned __ballot_sync(unsigned, int vote) { return emu::ballot(vote); }
static inline int __any_sync(unsigned, int vote) { return emu::ballot(vote) != 0; }
static inline int __all_sync(unsigned, int vote) { return emu::ballot(!vote) == 0; }

static inline void __threadfence() { std::atomic_thread_fence(std::memory_order_seq_cst); }
static inline void __threadfence_block() { __threadfence(); }

// hands on to the other threads of the block, and then to other blocks
static inline void __nanosleep(unsigned) {
  emu::to_scheduler();
  std::this_thread::yield();
}

//---------------------------------- atomics -------------------------------------------------------

static inline int atomicAdd(int* p, int v) { return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST); }
static inline unsigned atomicAdd(unsigned* p, unsigned v) {
  return __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);
}
static inline int atomicExch(int* p, int v) { return __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST); }
static inline int atomicCAS(int* p, int expected, int v) {
  __atomic_compare_exchange_n(p, &expected, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
static inline int atomicMax(int* p, int v) {
  int old = __atomic_load_n(p, __ATOMIC_SEQ_CST);
  while (old < v &&
         !__atomic_compare_exchange_n(p, &old, v, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
  }
  return old;
}

//---------------------------------- arithmetic ----------------------------------------------------

template <class T>
static inline T __ldg(const T* p) {
  emu::tally(emu::Work::GLOBAL_LOAD);
  return *p;
}
template <class T>
static inline T __ldcg(const T* p) {
  emu::tally(emu::Work::GLOBAL_LOAD);
  return *p;
}
template <class T>
static inline void __stcg(T* p, T v) {
  emu::tally(emu::Work::GLOBAL_STORE);
  *p = v;
}

static inline float counted(float result) {
  emu::tally(emu::Work::ARITHMETIC);
  return result;
}
static inline float __fmul_rn(float a, float b) { return counted(a * b); }
static inline float __fadd_rn(float a, float b) { return counted(a + b); }
static inline float __fsub_rn(float a, float b) { return counted(a - b); }
static inline float __fdiv_rn(float a, float b) { return counted(a / b); }
static inline float __fsqrt_rn(float a) { return counted(std::sqrt(a)); }
static inline double __dmul_rn(double a, double b) { return a * b; }
#ifdef EMU_TALLY
static inline float counted_fmaf(float a, float b, float c) {
  emu::tally(emu::Work::FMA);
  return fmaf(a, b, c);
}
#define fmaf counted_fmaf
#endif
static inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
static inline void sincospif(float x, float* sine, float* cosine) {
  *sine = static_cast<float>(std::sin(M_PI * x));
  *cosine = static_cast<float>(std::cos(M_PI * x));
}
static inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>((static_cast<uint64_t>(a) * b) >> 32);
}
static inline unsigned __float_as_uint(float f) {
  unsigned u;
  std::memcpy(&u, &f, sizeof u);
  return u;
}
static inline float __uint_as_float(unsigned u) {
  float f;
  std::memcpy(&f, &u, sizeof f);
  return f;
}
static inline int __float_as_int(float f) { return static_cast<int>(__float_as_uint(f)); }
static inline float __int_as_float(int i) { return __uint_as_float(static_cast<unsigned>(i)); }
using std::isfinite;
using std::max;
using std::min;
static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline int __ffs(int x) { return __builtin_ffs(x); }
static inline int __clz(int x) { return x ? __builtin_clz(static_cast<unsigned>(x)) : 32; }
