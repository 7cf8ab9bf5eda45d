// The fake driver's modules and launches: see fake_driver.h.
//
// What the fake NVRTC hands out as a cubin is a shared library that cudaemu.h made of the kernels.
// For a kernel it has
//   emu__NAME      runs it: grid, block, dynamic shared memory, parameters, cooperative or not
//   emupack__NAME  copies the parameters to the heap in one piece, as the driver does at a launch
//   emucluster__NAME  tells the blocks of a cluster, if its launches are clusters
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_driver.h"

typedef void** (*Pack)(void** parameters);
typedef void (*Run)(unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void**,
                    int);

typedef struct Function {
  struct Function* next;
  Run run;
  Pack pack;
  int dynamic_shared;  // most that a launch may ask for
  int cluster;         // blocks of a cluster, 1 without
  bool large_cluster;  // whether it may have more than every device of its generation allows
  char name[64];
} Function;

typedef struct {
  void* library;
  Function* functions;
} Module;

enum {
  MOST_THREADS = 1024,
  SHARED_WITHOUT_OPTING_IN = 48 << 10,
  MOST_SHARED = 227 << 10,
  SHARED_OF_MULTIPROCESSOR = 228 << 10,
  PORTABLE_CLUSTER = 8,
  NUM_REGS = 4,  // attributes
  MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
  NON_PORTABLE_CLUSTER_SIZE_ALLOWED = 14,
  WARP = 32,
  SCHEDULERS = 4,              // of a multiprocessor: they share out the warps of a block
  THREADS_OF_SCHEDULER = 512,  // that are there at a time
  REGISTERS_OF_SCHEDULER = 16384,
  REGISTERS_TOGETHER = 256  // of a warp, which are handed out in pieces of this size
};

// what tests have set, the latest first
static struct Registers {
  struct Registers* next;
  char kernel[64];
  long registers;
}* all_registers;
static pthread_mutex_t registers_lock = PTHREAD_MUTEX_INITIALIZER;

void set_registers(const char* kernel, long registers) {
  pthread_mutex_lock(&registers_lock);
  if (kernel) {
    struct Registers* made = calloc(1, sizeof *made);
    if (!made) abort();
    *made = (struct Registers){all_registers, "", registers};
    snprintf(made->kernel, sizeof made->kernel, "%s", kernel);
    all_registers = made;
  }
  while (!kernel && all_registers) {
    struct Registers* next = all_registers->next;
    free(all_registers);
    all_registers = next;
  }
  pthread_mutex_unlock(&registers_lock);
}

static long registers_of(const Function* function) {
  pthread_mutex_lock(&registers_lock);
  long registers = setting(REGISTERS);
  for (struct Registers* set = all_registers; set; set = set->next) {
    if (strcmp(set->kernel, function->name) != 0) continue;
    registers = set->registers;
    break;
  }
  pthread_mutex_unlock(&registers_lock);
  return registers;
}

// where the image ends: the linker puts the section headers last
static size_t image_bytes(const void* image) {
  const Elf64_Ehdr* header = image;
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_DYN) return 0;
  return header->e_shoff + (size_t)header->e_shnum * header->e_shentsize;
}

// dlopen wants a file; it has a fresh name each time, for a library of a known name would not be
// loaded again
static void* load(const void* image, size_t bytes) {
  const char* folder = getenv("TMPDIR");
  char* path;
  if (asprintf(&path, "%s/stride-emulation-XXXXXX", folder && *folder ? folder : "/tmp") < 0)
    abort();
  int file = mkstemp(path);
  if (file < 0) {
    free(path);
    return NULL;
  }
  const char* from = image;
  while (bytes > 0) {
    ssize_t written = write(file, from, bytes);
    if (written <= 0) break;
    from += written;
    bytes -= (size_t)written;
  }
  close(file);
  void* library = bytes == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
  if (!library)
    fprintf(stderr, "emulation: cannot load a module: %s\n", bytes ? "no room" : dlerror());
  unlink(path);
  free(path);
  return library;
}

EXPORT CUresult cuModuleLoadData(Module** made, const void* image) {
  RETURN_UNLESS_USABLE();
  size_t bytes = image_bytes(image);
  void* library = bytes ? load(image, bytes) : NULL;
  if (!library) return INVALID_IMAGE;
  Module* module = calloc(1, sizeof *module);
  if (!module) return OUT_OF_MEMORY;
  module->library = library;
  count(LIVE_MODULES, 1);
  *made = module;
  return SUCCESS;
}

EXPORT CUresult cuModuleUnload(Module* module) {
  drain_all();
  for (Function *f = module->functions, *next; f; f = next) {
    next = f->next;
    free(f);
  }
  dlclose(module->library);
  free(module);
  count(LIVE_MODULES, -1);
  return sticky();
}

EXPORT CUresult cuModuleGetFunction(Function** found, Module* module, const char* name) {
  RETURN_UNLESS_USABLE();
  char symbol[256];
  snprintf(symbol, sizeof symbol, "emu__%s", name);
  void* run = dlsym(module->library, symbol);
  snprintf(symbol, sizeof symbol, "emupack__%s", name);
  void* pack = dlsym(module->library, symbol);
  if (!run || !pack) return NOT_FOUND;
  snprintf(symbol, sizeof symbol, "emucluster__%s", name);
  int (*cluster)(void) = (int (*)(void))dlsym(module->library, symbol);
  Function* function = malloc(sizeof *function);
  if (!function) return OUT_OF_MEMORY;
  *function = (Function){module->functions,        (Run)run, (Pack)pack, SHARED_WITHOUT_OPTING_IN,
                         cluster ? cluster() : 1, false,    ""};
  snprintf(function->name, sizeof function->name, "%s", name);
  module->functions = function;
  *found = function;
  return SUCCESS;
}

// static shared memory is what only a compiler for a GPU knows, and so are registers, but for what is
// set
EXPORT CUresult cuFuncGetAttribute(int* value, int attribute, Function* function) {
  RETURN_UNLESS_USABLE();
  *value = attribute == 0                               ? MOST_THREADS
           : attribute == NUM_REGS                      ? (int)registers_of(function)
           : attribute == MAX_DYNAMIC_SHARED_SIZE_BYTES ? function->dynamic_shared
                                                        : 0;
  return SUCCESS;
}

EXPORT CUresult cuFuncSetAttribute(Function* function, int attribute, int value) {
  RETURN_UNLESS_USABLE();
  if (attribute == NON_PORTABLE_CLUSTER_SIZE_ALLOWED) function->large_cluster = value != 0;
  if (attribute != MAX_DYNAMIC_SHARED_SIZE_BYTES) return SUCCESS;
  if (value < 0 || value > MOST_SHARED) return INVALID_VALUE;
  function->dynamic_shared = value;
  return SUCCESS;
}

static bool fits(Function* function, size_t threads, size_t dynamic_shared) {
  return threads >= 1 && threads <= MOST_THREADS &&
         dynamic_shared <= (size_t)function->dynamic_shared;
}

static long at_most(long a, long b) { return a < b ? a : b; }

// Each scheduler has a quarter of a block's warps, rounded up, and a quarter of the registers.
static long blocks_by_schedulers(const Function* function, size_t threads) {
  const long warps = (long)(threads + SCHEDULERS * WARP - 1) / (SCHEDULERS * WARP);
  const long pieces =
      (registers_of(function) * WARP + REGISTERS_TOGETHER - 1) / REGISTERS_TOGETHER;
  const long by_threads = THREADS_OF_SCHEDULER / WARP / warps;
  if (pieces == 0) return by_threads;
  return at_most(by_threads, REGISTERS_OF_SCHEDULER / (pieces * REGISTERS_TOGETHER) / warps);
}

static long blocks_per_multiprocessor(const Function* function, size_t threads,
                                      size_t dynamic_shared) {
  // the system takes 1 KB of each block's
  const long by_shared = (long)(SHARED_OF_MULTIPROCESSOR / (dynamic_shared + 1024));
  return at_most(setting(BLOCKS_PER_MULTIPROCESSOR),
                 at_most(by_shared, blocks_by_schedulers(function, threads)));
}

EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function* function,
                                                            int threads, size_t dynamic_shared) {
  RETURN_UNLESS_USABLE();
  *blocks = fits(function, (size_t)threads, dynamic_shared)
                ? (int)blocks_per_multiprocessor(function, (size_t)threads, dynamic_shared)
                : 0;
  return SUCCESS;
}

// ---- launches ----

typedef struct {
  Function* function;
  unsigned grid[3], block[3], shared;
  void** parameters;
  bool cooperative, skipped;
} Launch;

static void run_launch(void* argument) {
  Launch* l = argument;
  if (l->skipped) {
    keep_busy();
    kernel_ran();
    return;
  }
  l->function->run(l->grid[0], l->grid[1], l->grid[2], l->block[0], l->block[1], l->block[2],
                   l->shared, l->parameters, l->cooperative || l->function->cluster > 1);
  kernel_ran();
}

static void free_launch(void* argument) {
  free(((Launch*)argument)->parameters);
  free(argument);
}

static CUresult launch(Launch launch, Stream* stream, void** parameters) {
  RETURN_UNLESS_USABLE();
  if (!launch.function) return INVALID_HANDLE;
  size_t blocks = (size_t)launch.grid[0] * launch.grid[1] * launch.grid[2];
  size_t threads = (size_t)launch.block[0] * launch.block[1] * launch.block[2];
  if (blocks == 0 || !fits(launch.function, threads, launch.shared)) return INVALID_VALUE;
  int cluster = launch.function->cluster;
  if (cluster > 1) {
    // the emulation runs one cluster at a time
    if ((int)blocks != cluster) return INVALID_CLUSTER_SIZE;
    if (cluster > PORTABLE_CLUSTER && !launch.function->large_cluster) return INVALID_CLUSTER_SIZE;
    if (cluster > setting(MOST_CLUSTER)) return INVALID_CLUSTER_SIZE;
  }
  if (blocks_by_schedulers(launch.function, threads) == 0) return LAUNCH_OUT_OF_RESOURCES;
  long together = setting(MULTIPROCESSORS) *
                  blocks_per_multiprocessor(launch.function, threads, launch.shared);
  if (launch.cooperative && (long)blocks > together) return COOPERATIVE_LAUNCH_TOO_LARGE;
  if (fault_due(FAIL_LAUNCH)) return LAUNCH_OUT_OF_RESOURCES;
  if (!is_capturing(stream)) {
    count(LAUNCHES, 1);
    if (launch.cooperative) count(COOPERATIVE, 1);
  }
  launch.skipped = skips_kernels() && blocks * threads > 1;
  launch.parameters = launch.function->pack(parameters);
  return enqueue(stream, (Operation){run_launch, free_launch, copy_of(&launch, sizeof launch)});
}

EXPORT CUresult cuLaunchKernel(Function* function, unsigned gx, unsigned gy, unsigned gz,
                               unsigned bx, unsigned by, unsigned bz, unsigned shared,
                               Stream* stream, void** parameters, void** extra) {
  if (extra) return NOT_SUPPORTED;
  return launch((Launch){function, {gx, gy, gz}, {bx, by, bz}, shared, NULL, false, false}, stream,
                parameters);
}

EXPORT CUresult cuLaunchCooperativeKernel(Function* function, unsigned gx, unsigned gy, unsigned gz,
                                          unsigned bx, unsigned by, unsigned bz, unsigned shared,
                                          Stream* stream, void** parameters) {
  return launch((Launch){function, {gx, gy, gz}, {bx, by, bz}, shared, NULL, true, false}, stream,
                parameters);
}
