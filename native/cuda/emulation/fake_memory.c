// The fake driver's memory: see fake_driver.h.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "fake_driver.h"

static const size_t page = 4096;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// | guard page | slack | the allocation | guard page |: an access past its end faults at once
typedef struct Allocation {
  struct Allocation* next;
  char* start;
  size_t bytes;
  char* map;
  size_t map_bytes;
} Allocation;

static Allocation* allocations;
static size_t used;

typedef struct Pinned {
  struct Pinned* next;
  char* start;
  size_t bytes;
} Pinned;

static Pinned* pinned;

void* copy_of(const void* bytes, size_t size) {
  void* copy = malloc(size);
  if (copy) memcpy(copy, bytes, size);
  return copy;
}

bool in_device(CUdeviceptr start, size_t bytes) {
  bool inside = false;
  pthread_mutex_lock(&mutex);
  for (Allocation* a = allocations; a && !inside; a = a->next) {
    CUdeviceptr from = (CUdeviceptr)a->start;
    inside = start >= from && bytes <= a->bytes && start - from <= a->bytes - bytes;
  }
  pthread_mutex_unlock(&mutex);
  return inside;
}

EXPORT CUresult cuMemGetInfo_v2(size_t* available, size_t* total) {
  RETURN_UNLESS_USABLE();
  pthread_mutex_lock(&mutex);
  *total = (size_t)setting(MEMORY_BYTES);
  *available = used < *total ? *total - used : 0;
  pthread_mutex_unlock(&mutex);
  return SUCCESS;
}

// device memory starts on 256 bytes and is full of NaN, so that nothing may rely on zeros
EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  RETURN_UNLESS_USABLE();
  if (bytes == 0) return INVALID_VALUE;
  if (any_capturing()) return CAPTURE_UNSUPPORTED;
  if (fault_due(FAIL_ALLOCATION)) return OUT_OF_MEMORY;
  size_t rounded = (bytes + 255) & ~(size_t)255;
  size_t body = (rounded + page - 1) / page * page;
  pthread_mutex_lock(&mutex);
  size_t total = (size_t)setting(MEMORY_BYTES);
  bool fits = used <= total && rounded <= total - used;
  if (fits) used += rounded;
  pthread_mutex_unlock(&mutex);
  if (!fits) return OUT_OF_MEMORY;
  char* map = mmap(NULL, body + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  Allocation* made = malloc(sizeof *made);
  if (map == MAP_FAILED || !made || mprotect(map + page, body, PROT_READ | PROT_WRITE)) abort();
  *made = (Allocation){.start = map + page + body - rounded,
                       .bytes = rounded,
                       .map = map,
                       .map_bytes = body + 2 * page};
  memset(made->start, skips_kernels() ? 0 : 0xFF, rounded);
  pthread_mutex_lock(&mutex);
  made->next = allocations;
  allocations = made;
  pthread_mutex_unlock(&mutex);
  count(LIVE_ALLOCATIONS, 1);
  count(LIVE_BYTES, (long)rounded);
  *address = (CUdeviceptr)made->start;
  return SUCCESS;
}

// as on a device, freeing waits for all work; of a lost one the memory is gone anyhow, and the
// error is said
EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
  if (any_capturing()) return CAPTURE_UNSUPPORTED;
  drain_all();
  pthread_mutex_lock(&mutex);
  Allocation** link = &allocations;
  while (*link && (CUdeviceptr)(*link)->start != address) link = &(*link)->next;
  Allocation* freed = *link;
  if (freed) {
    *link = freed->next;
    used -= freed->bytes;
  }
  pthread_mutex_unlock(&mutex);
  if (!freed) return sticky() ? sticky() : INVALID_VALUE;
  count(LIVE_ALLOCATIONS, -1);
  count(LIVE_BYTES, -(long)freed->bytes);
  munmap(freed->map, freed->map_bytes);
  free(freed);
  return sticky();
}

// ---- page-locked memory ----

static volatile char touched;

// reads a byte of each page: memory that is gone already is a crash here, and not some day
static void touch(const char* start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += page) touched = start[i];
}

EXPORT CUresult cuMemHostRegister_v2(void* start, size_t bytes, unsigned flags) {
  (void)flags;
  RETURN_UNLESS_USABLE();
  if (!start || bytes == 0) return INVALID_VALUE;
  if (fault_due(FAIL_ALLOCATION)) return OUT_OF_MEMORY;
  touch(start, bytes);
  Pinned* made = malloc(sizeof *made);
  if (!made) return OUT_OF_MEMORY;
  pthread_mutex_lock(&mutex);
  bool overlaps = false;
  for (Pinned* p = pinned; p; p = p->next)
    overlaps |= p->start < (char*)start + bytes && (char*)start < p->start + p->bytes;
  if (!overlaps) {
    *made = (Pinned){.next = pinned, .start = start, .bytes = bytes};
    pinned = made;
  }
  pthread_mutex_unlock(&mutex);
  if (overlaps) {
    free(made);
    return ALREADY_REGISTERED;
  }
  count(LIVE_PINNED, 1);
  return SUCCESS;
}

EXPORT CUresult cuMemHostUnregister(void* start) {
  pthread_mutex_lock(&mutex);
  Pinned** link = &pinned;
  while (*link && (*link)->start != start) link = &(*link)->next;
  Pinned* freed = *link;
  if (freed) *link = freed->next;
  pthread_mutex_unlock(&mutex);
  if (!freed) return sticky() ? sticky() : NOT_REGISTERED;
  touch(freed->start, freed->bytes);
  free(freed);
  count(LIVE_PINNED, -1);
  return sticky();
}

// ---- copies and fills ----

typedef struct {
  void* to;
  const void* from;
  size_t bytes;
} Copy;

static void run_copy(void* argument) {
  Copy* copy = argument;
  memmove(copy->to, copy->from, copy->bytes);
}

static CUresult enqueue_copy(void* to, const void* from, size_t bytes, void* stream) {
  Copy copy = {to, from, bytes};
  return enqueue(stream, (Operation){run_copy, free, copy_of(&copy, sizeof copy)});
}

EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, void* stream) {
  RETURN_UNLESS_USABLE();
  if (!in_device(to, bytes) || !from) return INVALID_VALUE;
  count(COPIES_TO_DEVICE, 1);
  count(BYTES_TO_DEVICE, (long)bytes);
  return enqueue_copy((void*)to, from, bytes, stream);
}

EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, void* stream) {
  RETURN_UNLESS_USABLE();
  if (!in_device(from, bytes) || !to) return INVALID_VALUE;
  count(COPIES_TO_HOST, 1);
  count(BYTES_TO_HOST, (long)bytes);
  return enqueue_copy(to, (const void*)from, bytes, stream);
}

EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, void* stream) {
  RETURN_UNLESS_USABLE();
  if (!in_device(to, bytes) || !in_device(from, bytes)) return INVALID_VALUE;
  count(COPIES_ON_DEVICE, 1);
  return enqueue_copy((void*)to, (const void*)from, bytes, stream);
}

typedef struct {
  unsigned char* to;
  size_t bytes;
  unsigned char value;
} Fill;

static void run_fill(void* argument) {
  Fill* fill = argument;
  memset(fill->to, fill->value, fill->bytes);
}

EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t bytes, void* stream) {
  RETURN_UNLESS_USABLE();
  if (!in_device(to, bytes)) return INVALID_VALUE;
  count(FILLS, 1);
  Fill fill = {(unsigned char*)to, bytes, value};
  return enqueue(stream, (Operation){run_fill, free, copy_of(&fill, sizeof fill)});
}

EXPORT int stride_fake_in_device(const void* start, size_t bytes) {
  return in_device((CUdeviceptr)start, bytes);
}
