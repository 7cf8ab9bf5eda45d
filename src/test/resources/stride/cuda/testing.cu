// Kernels for the tests of stride.cuda: one for each thing a launch can do.

#ifndef CUDA_EMU
#define EXPORT_KERNEL(name)
#define DYN_SHARED(type, name) extern __shared__ type name[]
#endif

#include "generated.cuh"

// y = factor x + OFFSET
extern "C" __global__ void scale(float* y, const float* x, float factor, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = factor * x[i] + OFFSET;
}
EXPORT_KERNEL(scale)

struct Pair {
  float* out;
  int first, second;
};

// a struct by value, behind an argument of another size
extern "C" __global__ void add_pair(int third, Pair pair) {
  if (blockIdx.x == 0 && threadIdx.x == 0) *pair.out = pair.first + pair.second + third;
}
EXPORT_KERNEL(add_pair)

// sums x through dynamic shared memory; one block
extern "C" __global__ void sum_shared(float* out, const float* x, int n) {
  DYN_SHARED(float, values);
  for (int i = threadIdx.x; i < n; i += blockDim.x) values[i] = x[i];
  __syncthreads();
  if (threadIdx.x != 0) return;
  float sum = 0;
  for (int i = 0; i < n; i++) sum += values[i];
  *out = sum;
}
EXPORT_KERNEL(sum_shared)

// Every block waits until all have arrived, then writes how many it saw: they must all run at once.
extern "C" __global__ void meet(unsigned* arrived, float* seen) {
  if (threadIdx.x == 0) {
    __threadfence();
    atomicAdd(arrived, 1u);
    while (*(volatile unsigned*)arrived < gridDim.x) __nanosleep(100);
    seen[blockIdx.x] = *(volatile unsigned*)arrived;
  }
}
EXPORT_KERNEL(meet)
