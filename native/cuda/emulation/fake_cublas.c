// Stands in for libcublas.so.12 in tests on machines without a GPU: the matrix products that
// stride.cuda calls, in their turn on the stream of the fake driver, or in the graph that is
// captured from it. Matrices are column by column, as in cuBLAS; every one must lie in device
// memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
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

enum { CUDA_R_32F = 0 };
enum { COMPUTE_32F = 68, COMPUTE_32F_FAST_16BF = 75, COMPUTE_32F_FAST_TF32 = 77 };
enum { FRACTION_BITS = 23, TF32_BITS = 10, BF16_BITS = 7 };

typedef struct {
  void* stream;
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
  bool transpose_a, transpose_b;
  int bits;  // of the fraction that factors are rounded to
  int m, n, k, lda, ldb, ldc, batch;
  float alpha, beta;
  const float *a, *b;
  float* c;
  long long stride_a, stride_b, stride_c;
} Gemm;

// a float with so many bits of its fraction, to the nearest and to the even one of two; what is not
// finite stays
static float rounded(float value, int kept) {
  if (kept == FRACTION_BITS || !isfinite(value)) return value;
  uint32_t bits, cut = 1u << (FRACTION_BITS - kept);
  memcpy(&bits, &value, sizeof bits);
  bits = (bits + cut / 2 - 1 + (bits & cut ? 1 : 0)) & ~(cut - 1);
  memcpy(&value, &bits, sizeof bits);
  return value;
}

// op(A) column by column without gaps, so that the innermost loop below runs along it
static void pack(float* packed, const Gemm* g, const float* a) {
  for (int l = 0; l < g->k; l++) {
    for (int row = 0; row < g->m; row++) {
      size_t at = g->transpose_a ? l + (size_t)row * g->lda : row + (size_t)l * g->lda;
      packed[row + (size_t)l * g->m] = rounded(a[at], g->bits);
    }
  }
}

// every element is summed in the order of k, whatever the compiler makes of the loops
static void multiply_column(const Gemm* g, int column, const float* packed, const float* b,
                            float* restrict sums, float* c) {
  memset(sums, 0, (size_t)g->m * sizeof(float));
  for (int l = 0; l < g->k; l++) {
    size_t at = g->transpose_b ? column + (size_t)l * g->ldb : l + (size_t)column * g->ldb;
    float factor = rounded(b[at], g->bits);
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

// 0 for what stride.cuda does not ask for
static int fraction_bits(int compute_type) {
  switch (compute_type) {
    case COMPUTE_32F: return FRACTION_BITS;
    case COMPUTE_32F_FAST_TF32: return TF32_BITS;
    case COMPUTE_32F_FAST_16BF: return BF16_BITS;
    default: return 0;
  }
}

EXPORT cublasStatus_t cublasGemmStridedBatchedEx(
    cublasHandle_t handle, int transpose_a, int transpose_b, int m, int n, int k, const void* alpha,
    const void* a, int type_a, int lda, long long stride_a, const void* b, int type_b, int ldb,
    long long stride_b, const void* beta, void* c, int type_c, int ldc, long long stride_c,
    int batch, int compute_type, int algorithm) {
  (void)algorithm;
  int bits = fraction_bits(compute_type);
  if (type_a != CUDA_R_32F || type_b != CUDA_R_32F || type_c != CUDA_R_32F || bits == 0)
    return NOT_SUPPORTED;
  return gemm(handle,
              (Gemm){transpose_a != 0, transpose_b != 0, bits, m, n, k, lda, ldb, ldc, batch,
                     *(const float*)alpha, *(const float*)beta, a, b, c, stride_a, stride_b,
                     stride_c});
}

EXPORT cublasStatus_t cublasGemmEx(cublasHandle_t handle, int transpose_a, int transpose_b, int m,
                                   int n, int k, const void* alpha, const void* a, int type_a,
                                   int lda, const void* b, int type_b, int ldb, const void* beta,
                                   void* c, int type_c, int ldc, int compute_type, int algorithm) {
  return cublasGemmStridedBatchedEx(handle, transpose_a, transpose_b, m, n, k, alpha, a, type_a,
                                    lda, 0, b, type_b, ldb, 0, beta, c, type_c, ldc, 0, 1,
                                    compute_type, algorithm);
}
