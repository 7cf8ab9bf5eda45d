// Stands in for libcublas.so.12 in tests on machines without a GPU: the matrix products that
// stride.cuda calls, in their turn on the stream of the fake driver, or in the graph that is
// captured from it. Matrices are column by column, as in cuBLAS; every one must lie in device
// memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

typedef enum {
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  ALLOC_FAILED = 3,
  INVALID_VALUE = 7,
  EXECUTION_FAILED = 13,
  NOT_SUPPORTED = 15
} cublasStatus_t;

enum { TF32_MATH = 3 };

typedef struct {
  void* stream;
  int math_mode;
}* cublasHandle_t;

static int (*enqueue)(void* stream, void (*run)(void*), const void* argument, size_t bytes);
static int (*in_device)(const void* start, size_t bytes);

// the driver is the one that is loaded, whatever its folder
static bool find_driver(void) {
  void* driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (!driver) return false;
  *(void**)&enqueue = dlsym(driver, "stride_fake_enqueue");
  *(void**)&in_device = dlsym(driver, "stride_fake_in_device");
  return enqueue && in_device;
}

EXPORT cublasStatus_t cublasCreate_v2(cublasHandle_t* handle) {
  if (!find_driver()) return NOT_INITIALIZED;
  *handle = calloc(1, sizeof **handle);
  return *handle ? SUCCESS : ALLOC_FAILED;
}

EXPORT cublasStatus_t cublasDestroy_v2(cublasHandle_t handle) {
  free(handle);
  return SUCCESS;
}

EXPORT cublasStatus_t cublasGetVersion_v2(cublasHandle_t handle, int* version) {
  (void)handle;
  *version = 129900;
  return SUCCESS;
}

EXPORT cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, void* stream) {
  handle->stream = stream;
  return SUCCESS;
}

EXPORT cublasStatus_t cublasSetMathMode(cublasHandle_t handle, int mode) {
  handle->math_mode = mode;
  return SUCCESS;
}

EXPORT cublasStatus_t cublasSetPointerMode_v2(cublasHandle_t handle, int mode) {
  (void)handle;
  return mode == 0 ? SUCCESS : NOT_SUPPORTED;  // factors lie in host memory
}

EXPORT cublasStatus_t cublasSetWorkspace_v2(cublasHandle_t handle, void* workspace, size_t bytes) {
  (void)handle;
  return (uintptr_t)workspace % 256 == 0 && in_device(workspace, bytes) ? SUCCESS : INVALID_VALUE;
}

// ---- C = alpha op(A) op(B) + beta C, several times, each at a stride from the one before ----

typedef struct {
  bool transpose_a, transpose_b, tf32;
  int m, n, k, lda, ldb, ldc, batch;
  float alpha, beta;
  const float *a, *b;
  float* c;
  long long stride_a, stride_b, stride_c;
} Gemm;

// what TF32 keeps of a float: 10 bits of its fraction, rounded
static float rounded(float value, bool tf32) {
  if (!tf32) return value;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits = (bits + 0x1000) & ~0x1fffu;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

// op(A) column by column without gaps, so that the innermost loop below runs along it
static void pack(float* packed, const Gemm* g, const float* a) {
  for (int l = 0; l < g->k; l++) {
    for (int row = 0; row < g->m; row++) {
      size_t at = g->transpose_a ? l + (size_t)row * g->lda : row + (size_t)l * g->lda;
      packed[row + (size_t)l * g->m] = rounded(a[at], g->tf32);
    }
  }
}

// every element is summed in the order of k, whatever the compiler makes of the loops
static void multiply_column(const Gemm* g, int column, const float* packed, const float* b,
                            float* restrict sums, float* c) {
  memset(sums, 0, (size_t)g->m * sizeof(float));
  for (int l = 0; l < g->k; l++) {
    size_t at = g->transpose_b ? column + (size_t)l * g->ldb : l + (size_t)column * g->ldb;
    float factor = rounded(b[at], g->tf32);
    const float* restrict a = packed + (size_t)l * g->m;
    for (int row = 0; row < g->m; row++) sums[row] += a[row] * factor;
  }
  for (int row = 0; row < g->m; row++) {
    float* out = &c[row + (size_t)column * g->ldc];
    // with a beta of 0, NaN in C does not matter
    *out = g->alpha * sums[row] + (g->beta == 0 ? 0 : g->beta * *out);
  }
}

static void run_gemm(void* argument) {
  const Gemm* g = argument;
  float* packed = malloc((size_t)g->m * ((size_t)g->k + 1) * sizeof(float));
  if (!packed) abort();
  for (int i = 0; i < g->batch; i++) {
    pack(packed, g, g->a + i * g->stride_a);
    float* sums = packed + (size_t)g->m * g->k;
    for (int column = 0; column < g->n; column++)
      multiply_column(g, column, packed, g->b + i * g->stride_b, sums, g->c + i * g->stride_c);
  }
  free(packed);
}

// from the first element to the last, with all matrices of the batch
static bool lies_in_device(const float* start, int rows, int columns, int ld, long long stride,
                           int batch) {
  size_t elements =
      (size_t)(columns - 1) * (size_t)ld + (size_t)rows + (size_t)(batch - 1) * (size_t)stride;
  return in_device(start, elements * sizeof(float));
}

static cublasStatus_t gemm(cublasHandle_t handle, Gemm g) {
  int rows_a = g.transpose_a ? g.k : g.m, columns_a = g.transpose_a ? g.m : g.k;
  int rows_b = g.transpose_b ? g.n : g.k, columns_b = g.transpose_b ? g.k : g.n;
  if (g.m < 1 || g.n < 1 || g.k < 1 || g.batch < 1) return INVALID_VALUE;
  if (g.lda < rows_a || g.ldb < rows_b || g.ldc < g.m) return INVALID_VALUE;
  if (g.stride_a < 0 || g.stride_b < 0 || g.stride_c < 0) return INVALID_VALUE;
  if (!lies_in_device(g.a, rows_a, columns_a, g.lda, g.stride_a, g.batch) ||
      !lies_in_device(g.b, rows_b, columns_b, g.ldb, g.stride_b, g.batch) ||
      !lies_in_device(g.c, g.m, g.n, g.ldc, g.stride_c, g.batch))
    return EXECUTION_FAILED;
  return enqueue(handle->stream, run_gemm, &g, sizeof g) == 0 ? SUCCESS : EXECUTION_FAILED;
}

EXPORT cublasStatus_t cublasSgemmStridedBatched(cublasHandle_t handle, int transpose_a,
                                                int transpose_b, int m, int n, int k,
                                                const float* alpha, const float* a, int lda,
                                                long long stride_a, const float* b, int ldb,
                                                long long stride_b, const float* beta, float* c,
                                                int ldc, long long stride_c, int batch) {
  return gemm(handle,
              (Gemm){transpose_a != 0, transpose_b != 0, handle->math_mode == TF32_MATH, m, n, k,
                     lda, ldb, ldc, batch, *alpha, *beta, a, b, c, stride_a, stride_b, stride_c});
}

EXPORT cublasStatus_t cublasSgemm_v2(cublasHandle_t handle, int transpose_a, int transpose_b, int m,
                                     int n, int k, const float* alpha, const float* a, int lda,
                                     const float* b, int ldb, const float* beta, float* c,
                                     int ldc) {
  return cublasSgemmStridedBatched(handle, transpose_a, transpose_b, m, n, k, alpha, a, lda, 0, b,
                                   ldb, 0, beta, c, ldc, 0, 1);
}
