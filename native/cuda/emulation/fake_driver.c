// The fake driver's device, contexts, error texts, counters and faults: see fake_driver.h.
#define _GNU_SOURCE
#include "fake_driver.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char* counter_names[COUNTERS] = {
    "launches",       "cooperative",      "kernels_run",     "copies_to_device",
    "copies_to_host", "copies_on_device", "bytes_to_device", "bytes_to_host",
    "fills",          "synchronizations", "graph_launches",  "captured",
    "enqueued",       "live_allocations", "live_bytes",      "live_pinned",
    "live_streams",   "live_events",      "live_modules",    "live_graphs",
    "live_contexts",
};
static atomic_long counters[COUNTERS];

static const struct {
  const char* name;
  long initial;
} setting_table[SETTINGS] = {
    {"delay_us", 0},
    {"fail_allocation", 0},
    {"fail_launch", 0},
    {"lose_device", 0},
    {"lose_code", ILLEGAL_ADDRESS},
    {"memory_bytes", 4L << 30},
    {"driver_version", 12060},
    {"devices", 1},
    {"init_result", SUCCESS},
    {"multiprocessors", 4},
    {"blocks_per_multiprocessor", 2},
    {"shared_memory", 232448},
    {"most_cluster", 16},
    {"registers", 0},
    {"skip_kernels", 0},
    {"kernel_us", 5},
};
static atomic_long settings[SETTINGS];
static atomic_int lost;

// settings from the environment: delay_us is CUDAEMU_DELAY_US
__attribute__((constructor)) static void read_environment(void) {
  for (int i = 0; i < SETTINGS; i++) {
    char variable[64];
    int length = snprintf(variable, sizeof variable, "CUDAEMU_%s", setting_table[i].name);
    for (int c = 0; c < length; c++) variable[c] = (char)toupper((unsigned char)variable[c]);
    const char* value = getenv(variable);
    settings[i] = value ? atol(value) : setting_table[i].initial;
  }
}

void count(enum Counter counter, long change) { counters[counter] += change; }

long setting(enum Setting which) { return settings[which]; }

bool fault_due(enum Setting fault) {
  long left = settings[fault];
  while (left > 0 && !atomic_compare_exchange_weak(&settings[fault], &left, left - 1)) {
  }
  return left == 1;
}

CUresult sticky(void) { return lost; }

void kernel_ran(void) {
  count(KERNELS_RUN, 1);
  if (fault_due(LOSE_DEVICE)) lost = (int)setting(LOSE_CODE);
}

void random_delay(void) {
  static _Thread_local unsigned seed;
  long most = setting(DELAY_US);
  if (most <= 0) return;
  if (seed == 0) seed = (unsigned)(uintptr_t)&seed | 1;  // threads differ
  usleep((useconds_t)(rand_r(&seed) % most));
}

bool skips_kernels(void) { return setting(SKIP_KERNELS) != 0; }

// to sleep takes longer than most kernels
void keep_busy(void) {
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - start.tv_sec) * 1000000L + (now.tv_nsec - start.tv_nsec) / 1000 <
           setting(KERNEL_US));
}

// ---- for tests ----

// The value of a counter, -1 if there is none of that name.
EXPORT long stride_fake_count(const char* name) {
  for (int i = 0; i < COUNTERS; i++)
    if (strcmp(name, counter_names[i]) == 0) return counters[i];
  return -1;
}

// Changes a setting; 0 if there is one of that name.
EXPORT int stride_fake_set(const char* name, long value) {
  const char* of_kernel = "registers:";
  if (strncmp(name, of_kernel, strlen(of_kernel)) == 0) {
    set_registers(name + strlen(of_kernel), value);
    return 0;
  }
  for (int i = 0; i < SETTINGS; i++) {
    if (strcmp(name, setting_table[i].name) != 0) continue;
    settings[i] = value;
    return 0;
  }
  return -1;
}

// A device as new, but for what is alive: waits for all streams, then forgets counts and faults.
EXPORT void stride_fake_reset(void) {
  drain_all();
  lost = SUCCESS;
  for (int i = 0; i < LIVE_ALLOCATIONS; i++) counters[i] = 0;
  set_registers(NULL, 0);
  read_environment();
}

// ---- the driver's own ----

EXPORT CUresult cuInit(unsigned flags) {
  (void)flags;
  if (setting(INIT_RESULT)) return (CUresult)setting(INIT_RESULT);
  return SUCCESS;
}

EXPORT CUresult cuDriverGetVersion(int* version) {
  *version = (int)setting(DRIVER_VERSION);
  return SUCCESS;
}

EXPORT CUresult cuDeviceGetCount(int* devices) {
  *devices = (int)setting(DEVICES);
  return SUCCESS;
}

EXPORT CUresult cuDeviceGet(int* device, int ordinal) {
  if (ordinal < 0 || ordinal >= setting(DEVICES)) return INVALID_DEVICE;
  *device = ordinal;
  return SUCCESS;
}

EXPORT CUresult cuDeviceGetName(char* name, int size, int device) {
  (void)device;
  snprintf(name, (size_t)size, "Stride emulation");
  return SUCCESS;
}

EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, int device) {
  (void)device;
  *bytes = (size_t)setting(MEMORY_BYTES);
  return SUCCESS;
}

// limits of compute capability 9.0, but for the number of multiprocessors
EXPORT CUresult cuDeviceGetAttribute(int* value, int attribute, int device) {
  (void)device;
  switch (attribute) {
    case 1:
      *value = 1024;
      break;  // threads per block
    case 8:
      *value = 49152;
      break;  // shared memory per block
    case 10:
      *value = 32;
      break;  // warp
    case 12:
      *value = 65536;
      break;  // registers per block
    case 13:
      *value = 1500000;
      break;  // clock, kHz
    case 16:
      *value = (int)setting(MULTIPROCESSORS);
      break;  // multiprocessors
    case 36:
      *value = 2000000;
      break;  // memory clock, kHz
    case 37:
      *value = 1024;
      break;  // memory bus, bits
    case 38:
      *value = 50 << 20;
      break;  // L2 cache
    case 39:
      *value = 2048;
      break;  // threads per multiprocessor
    case 75:
      *value = 9;
      break;  // compute capability
    case 76:
      *value = 0;
      break;
    case 81:
      *value = 233472;
      break;  // shared memory per multiprocessor
    case 95:
      *value = 1;
      break;  // cooperative launches
    case 97:
      *value = (int)setting(SHARED_MEMORY);
      break;  // shared memory per block, opted into
    case 120:
      *value = setting(MOST_CLUSTER) > 0;
      break;  // launches of clusters
    default:
      *value = 0;
  }
  return SUCCESS;
}

// The one context there is.
EXPORT CUresult cuDevicePrimaryCtxRetain(void** context, int device) {
  if (sticky()) return sticky();
  if (device != 0) return INVALID_DEVICE;
  count(LIVE_CONTEXTS, 1);
  *context = (void*)1;
  return SUCCESS;
}

EXPORT CUresult cuDevicePrimaryCtxRelease_v2(int device) {
  (void)device;
  if (counters[LIVE_CONTEXTS] <= 0) return INVALID_CONTEXT;
  count(LIVE_CONTEXTS, -1);
  return SUCCESS;
}

static _Thread_local void* current;

CUresult usable(void) { return lost ? lost : current ? SUCCESS : INVALID_CONTEXT; }

EXPORT CUresult cuCtxSetCurrent(void* context) {
  current = context;
  return SUCCESS;
}

EXPORT CUresult cuCtxGetCurrent(void** context) {
  *context = current;
  return SUCCESS;
}

EXPORT CUresult cuCtxSynchronize(void) {
  RETURN_UNLESS_USABLE();
  if (any_capturing()) return CAPTURE_UNSUPPORTED;
  count(SYNCHRONIZATIONS, 1);
  drain_all();
  return sticky();
}

// NVRTC 13 calls this when a libcuda is loaded, and crashes if it is not there
EXPORT CUresult cuGetExportTable(const void** table, const void* id) {
  (void)id;
  *table = NULL;
  return NOT_SUPPORTED;
}

static const struct {
  CUresult code;
  const char *name, *text;
} errors[] = {
    {SUCCESS, "CUDA_SUCCESS", "no error"},
    {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {NO_DEVICE, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {214, "CUDA_ERROR_ECC_UNCORRECTABLE", "uncorrectable ECC error encountered"},
    {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {NOT_FOUND, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {NOT_READY, "CUDA_ERROR_NOT_READY", "device not ready"},
    {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {LAUNCH_OUT_OF_RESOURCES, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
     "too many resources requested for launch"},
    {ALREADY_REGISTERED, "CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED",
     "part or all of the requested memory range is already mapped"},
    {NOT_REGISTERED, "CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED",
     "pointer does not correspond to a registered memory region"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {COOPERATIVE_LAUNCH_TOO_LARGE, "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE",
     "too many blocks in cooperative launch"},
    {NOT_SUPPORTED, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {CAPTURE_INVALIDATED, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
    {CAPTURE_UNMATCHED, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED",
     "the capture was not initiated in this stream"},
    {INVALID_CLUSTER_SIZE, "CUDA_ERROR_INVALID_CLUSTER_SIZE", "invalid cluster size"},
};

EXPORT CUresult cuGetErrorName(CUresult code, const char** name) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    if (errors[i].code != code) continue;
    *name = errors[i].name;
    return SUCCESS;
  }
  *name = NULL;
  return INVALID_VALUE;
}

EXPORT CUresult cuGetErrorString(CUresult code, const char** text) {
  for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
    if (errors[i].code != code) continue;
    *text = errors[i].text;
    return SUCCESS;
  }
  *text = NULL;
  return INVALID_VALUE;
}
