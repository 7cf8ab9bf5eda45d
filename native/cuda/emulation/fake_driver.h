// What the parts of the fake driver share. It stands in for libcuda.so.1 in tests on machines
// without a GPU: device memory is host memory, and kernels are the CPU code that cudaemu.h makes of
// the same sources.
//
//   fake_driver.c   device, contexts, errors, counters and faults
//   fake_memory.c   device memory between guard pages, page-locked memory, copies
//   fake_streams.c  streams (one thread each), events, graphs
//   fake_modules.c  modules (shared libraries), functions, launches
//
// Types and numbers are those of cuda.h, which is not needed to build this.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

typedef int CUresult;
typedef uint64_t CUdeviceptr;

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_OUT_OF_RESOURCES = 701,
  ALREADY_REGISTERED = 712,
  NOT_REGISTERED = 713,
  COOPERATIVE_LAUNCH_TOO_LARGE = 720,
  NOT_SUPPORTED = 801,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
  CAPTURE_UNMATCHED = 903,
  INVALID_CLUSTER_SIZE = 912,
};

// ---- counters and settings (fake_driver.c) ----

// What tests read: calls since the start or the last stride_fake_reset, and objects that are alive.
enum Counter {
  LAUNCHES,     // cuLaunchKernel and cuLaunchCooperativeKernel, captured ones not counted
  COOPERATIVE,  // of these, cooperative
  KERNELS_RUN,  // kernels that ran, those of graphs included
  COPIES_TO_DEVICE,
  COPIES_TO_HOST,
  COPIES_ON_DEVICE,
  BYTES_TO_DEVICE,
  BYTES_TO_HOST,
  FILLS,
  SYNCHRONIZATIONS,  // of a stream, an event or the context
  GRAPH_LAUNCHES,
  CAPTURED,          // operations taken into graphs
  ENQUEUED,          // operations of the fake cuBLAS
  LIVE_ALLOCATIONS,  // from here on not reset
  LIVE_BYTES,
  LIVE_PINNED,
  LIVE_STREAMS,
  LIVE_EVENTS,
  LIVE_MODULES,
  LIVE_GRAPHS,
  LIVE_CONTEXTS,
  COUNTERS
};

// What tests set, by stride_fake_set or before the start by the environment: CUDAEMU_DELAY_US=500.
enum Setting {
  DELAY_US,         // each operation waits a random time below this
  FAIL_ALLOCATION,  // the n-th allocation from now on finds no memory
  FAIL_LAUNCH,      // the n-th launch from now on is refused
  LOSE_DEVICE,      // after n more kernels every call fails, as after an illegal address
  LOSE_CODE,        // with this code
  MEMORY_BYTES,     // of the device
  DRIVER_VERSION,   // 12060 is CUDA 12.6
  DEVICES,          // how many there are
  INIT_RESULT,      // of cuInit
  MULTIPROCESSORS,
  BLOCKS_PER_MULTIPROCESSOR,
  SHARED_MEMORY,  // of a block that asks for it, in bytes
  MOST_CLUSTER,   // blocks of the largest cluster; 0: the device knows no clusters
  REGISTERS,      // of a thread, as a compiler would say; of a kernel alone by "registers:NAME"
  SKIP_KERNELS,   // if not 0, only kernels of one thread run, and memory is 0 at first
  KERNEL_US,      // how long a skipped kernel keeps its stream
  SETTINGS
};

void count(enum Counter counter, long change);
long setting(enum Setting setting);

// Counts a fault down: true for the call it is set for.
bool fault_due(enum Setting fault);

// The error that all calls answer once the device is lost, or SUCCESS.
CUresult sticky(void);

// That error, or another if this thread has no context.
CUresult usable(void);
void kernel_ran(void);
void random_delay(void);

// Whether kernels are skipped, so that the host's part of a program takes the time that it takes
// beside a GPU; results are then meaningless.
bool skips_kernels(void);

// What a stream does in the place of a kernel that is skipped.
void keep_busy(void);

#define RETURN_UNLESS_USABLE()  \
  do {                          \
    CUresult error_ = usable(); \
    if (error_) return error_;  \
  } while (0)

// ---- memory (fake_memory.c) ----

// Whether all bytes lie in one allocation.
bool in_device(CUdeviceptr start, size_t bytes);

// ---- modules (fake_modules.c) ----

// Sets the registers of kernels of a name, for good or, with none, forgets all that were set.
void set_registers(const char* kernel, long registers);

// ---- streams (fake_streams.c) ----

typedef struct Stream Stream;

// Something a stream does in its turn: run gets a private copy of the argument, which dispose frees
// (may be null).
typedef struct {
  void (*run)(void* argument);
  void (*dispose)(void* argument);
  void* argument;
} Operation;

// Puts an operation behind those of the stream, or into the graph being captured from it; owns the
// argument in any case.
CUresult enqueue(Stream* stream, Operation operation);
bool is_capturing(Stream* stream);
bool any_capturing(void);
void drain_all(void);

// Bytes on the heap, for an operation that may run many times.
void* copy_of(const void* bytes, size_t size);
