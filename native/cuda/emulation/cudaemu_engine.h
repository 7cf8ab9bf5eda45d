// The engine of cudaemu.h: runs the threads of a block as fibers, one block to an operating-system
// thread.
//
//   launch -> blocks, taken in order by one thread (cooperative launch: one thread for each block,
//   all at once) block  -> a round-robin over its fibers; one that waits at a barrier hands on to
//   the next
//
// A round in which no fiber got any further is a deadlock: the process ends and says who waits.

#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#if !defined(__x86_64__) && !defined(EMU_UCONTEXT)
#define EMU_UCONTEXT
#endif
#ifdef EMU_UCONTEXT
#include <ucontext.h>
#endif

struct uint3 {
  unsigned x, y, z;
};

struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
};

namespace emu {

constexpr size_t STACK_BYTES = 64 << 10;
constexpr int WARP = 32;
constexpr int BARRIERS = 16;  // of a block: 0 is __syncthreads, the others are named by number

// where a fiber waits
enum class Wait { NOTHING, BLOCK_BARRIER, NAMED_BARRIER, WARP_SYNC };

// an asynchronous copy; done only when it is waited for, so that a missing wait shows as old data
struct Copy {
  void* to;
  const void* from;
  int bytes;
};

struct Fiber {
  uint3 thread;
  unsigned number;  // within the block
  bool done;
  Wait wait;
  unsigned votes;  // it took part in
  std::vector<Copy> copies;
#ifdef EMU_UCONTEXT
  ucontext_t context;
#else
  void* stack;  // its top while the fiber is switched off
#endif
};

struct Barrier {
  uint64_t generation = 0;
  unsigned arrived = 0;
};

// of all blocks of a launch, which is one cluster
struct Meeting {
  const unsigned blocks;
  std::atomic<unsigned> arrived{0}, generation{0};
};

struct Warp {
  Barrier sync;
  unsigned live = 0;
  uint64_t values[2][WARP];  // of shuffles and votes; the next one uses the other half
};

struct Block {
  uint3 index;
  dim3 grid, size;
  unsigned char* dynamic_shared;
  Meeting* cluster;
  unsigned meeting;  // that this block has come to, by generation
  void (*body)(void*);
  void* arguments;
  std::vector<Fiber> fibers;
  std::vector<Warp> warps;
  Barrier barriers[BARRIERS];
  int votes[3];  // of __syncthreads_or and _count
  unsigned live;
  uint64_t progress;
#ifdef EMU_UCONTEXT
  ucontext_t scheduler;
#else
  void* scheduler;
#endif
};

inline thread_local Block* block;
inline thread_local Fiber* self;

}  // namespace emu

#include "cudaemu_tally.h"

namespace emu {

//---------------------------------- switching -----------------------------------------------------

#ifdef EMU_UCONTEXT

inline void to_scheduler() { swapcontext(&self->context, &block->scheduler); }
inline void to_fiber(Block& b, Fiber& f) { swapcontext(&b.scheduler, &f.context); }

inline void prepare(Fiber& f, unsigned char* stack, void (*entry)()) {
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = stack;
  f.context.uc_stack.ss_size = STACK_BYTES;
  f.context.uc_link = nullptr;
  makecontext(&f.context, entry, 0);
}

#else

// saves what a call preserves on the old stack, leaves its top in *save, and goes on with another
// stack
extern "C" void emu_switch(void** save, void* load);
__asm__(
    ".text\n"
    ".weak emu_switch\n"
    ".type emu_switch,@function\n"
    "emu_switch:\n"
    "  push %rbp; push %rbx; push %r12; push %r13; push %r14; push %r15\n"
    "  mov %rsp,(%rdi)\n"
    "  mov %rsi,%rsp\n"
    "  pop %r15; pop %r14; pop %r13; pop %r12; pop %rbx; pop %rbp\n"
    "  ret\n"
    ".size emu_switch,.-emu_switch\n");

inline void to_scheduler() { emu_switch(&self->stack, block->scheduler); }
inline void to_fiber(Block& b, Fiber& f) { emu_switch(&b.scheduler, f.stack); }

inline void prepare(Fiber& f, unsigned char* stack, void (*entry)()) {
  void** top = reinterpret_cast<void**>(stack + STACK_BYTES);
  *--top = nullptr;  // entry never returns; this keeps its stack aligned as after a call
  *--top = reinterpret_cast<void*>(entry);
  for (int saved = 0; saved < 6; saved++) *--top = nullptr;
  f.stack = top;
}

#endif

//---------------------------------- barriers ------------------------------------------------------

inline void open_if_full(Barrier& barrier, unsigned expected) {
  if (barrier.arrived > 0 && barrier.arrived >= expected) {
    barrier.arrived = 0;
    barrier.generation++;
  }
}

inline void wait_at(Barrier& barrier, unsigned expected, Wait kind) {
  const uint64_t generation = barrier.generation;
  barrier.arrived++;
  block->progress++;
  open_if_full(barrier, expected);
  self->wait = kind;
  while (barrier.generation == generation) to_scheduler();
  self->wait = Wait::NOTHING;
}

inline void sync_block() {
  tally_phase_ends();
  wait_at(block->barriers[0], block->live, Wait::BLOCK_BARRIER);
}

inline void sync_named(int number, unsigned threads) {
  tally_phase_ends();
  wait_at(block->barriers[number], threads, Wait::NAMED_BARRIER);
}

// a thread of each block comes for it, and waits for the other blocks
inline void come_to_cluster() {
  sync_block();
  if (self->number != 0) return;
  Meeting& meeting = *block->cluster;
  block->meeting = meeting.generation;
  if (++meeting.arrived == meeting.blocks) {
    meeting.arrived = 0;
    meeting.generation++;
  }
}

inline void wait_for_cluster() {
  while (self->number == 0 && block->cluster->generation == block->meeting) {
    to_scheduler();
    std::this_thread::yield();
  }
  sync_block();
}

inline Warp& own_warp() { return block->warps[self->number / WARP]; }
inline unsigned own_lane() { return self->number % WARP; }
inline void sync_warp() { wait_at(own_warp().sync, own_warp().live, Wait::WARP_SYNC); }

// every live lane of the warp must take part
template <class T>
inline T shuffle(T value, unsigned source) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
  Warp& warp = own_warp();
  uint64_t* values = warp.values[warp.sync.generation & 1];
  values[own_lane()] = 0;
  std::memcpy(&values[own_lane()], &value, sizeof(T));
  sync_warp();
  T result;
  std::memcpy(&result, &values[source % WARP], sizeof(T));
  return result;
}

// what every lane of the warp holds; every live lane must take part
template <class T>
inline std::array<T, WARP> all_lanes(T value) {
  static_assert(sizeof(T) <= sizeof(uint64_t));
  Warp& warp = own_warp();
  uint64_t* values = warp.values[warp.sync.generation & 1];
  std::memcpy(&values[own_lane()], &value, sizeof(T));
  sync_warp();
  std::array<T, WARP> all;
  for (unsigned lane = 0; lane < WARP; lane++) std::memcpy(&all[lane], &values[lane], sizeof(T));
  return all;
}

inline unsigned ballot(bool vote) {
  Warp& warp = own_warp();
  uint64_t* values = warp.values[warp.sync.generation & 1];
  if (warp.sync.arrived == 0) std::memset(values, 0, WARP * sizeof(uint64_t));
  values[own_lane()] = vote;
  sync_warp();
  unsigned votes = 0;
  for (int lane = 0; lane < WARP; lane++) votes |= static_cast<unsigned>(values[lane]) << lane;
  return votes;
}

// how many threads of the block say yes; votes take turns in three counters, and the next is
// cleared in time
inline int sync_block_count(bool vote) {
  int* votes = block->votes;
  const unsigned turn = self->votes++;
  votes[turn % 3] += vote;
  votes[(turn + 1) % 3] = 0;  // all have read it: they have come to the vote behind it
  sync_block();
  return votes[turn % 3];
}

inline void copy_later(void* to, const void* from, int bytes) {
  tally(Work::COPY);
  self->copies.push_back({to, from, bytes});
}

inline void finish_copies() {
  for (const Copy& copy : self->copies) std::memcpy(copy.to, copy.from, copy.bytes);
  self->copies.clear();
}

//---------------------------------- blocks --------------------------------------------------------

inline void fiber_entry() {
  block->body(block->arguments);
  // a thread that has left counts no longer, as on the real machine
  Block* b = block;
  Warp& warp = own_warp();
  self->done = true;
  b->progress++;
  open_if_full(b->barriers[0], --b->live);
  open_if_full(warp.sync, --warp.live);
  for (;;) to_scheduler();
}

// stacks are kept from block to block
struct Stacks {
  unsigned char* memory = nullptr;
  size_t count = 0;

  unsigned char* get(size_t wanted) {
    if (wanted > count) {
      this->~Stacks();
      memory =
          static_cast<unsigned char*>(mmap(nullptr, wanted * STACK_BYTES, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
      count = wanted;
    }
    return memory;
  }

  ~Stacks() {
    if (memory) munmap(memory, count * STACK_BYTES);
  }
};
inline thread_local Stacks stacks;

inline int environment_number(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text ? std::atoi(text) : otherwise;
}

// EMU_ORDER: in what order fibers run, warp by warp. 0: forward, 1: backward, each until its first
// wait. More: a permutation of its own, and each warp as far as it gets alone. Orders that give
// different results show a missing barrier.
inline std::vector<unsigned> fiber_order(unsigned threads, int order) {
  std::vector<unsigned> numbers(threads);
  for (unsigned i = 0; i < threads; i++) numbers[i] = order == 1 ? threads - 1 - i : i;
  uint64_t random = static_cast<uint64_t>(order) * 0x9E3779B97F4A7C15u;
  const auto below = [&](unsigned bound) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>((random >> 33) % bound);
  };
  const unsigned warps = threads / WARP;
  for (unsigned w = warps; order > 1 && w > 1; w--) {
    const auto last = numbers.begin() + (w - 1) * WARP;
    std::swap_ranges(last, last + WARP, numbers.begin() + below(w) * WARP);
  }
  for (unsigned i = warps * WARP; order > 1 && i > 0; i--) {
    const unsigned warp = (i - 1) / WARP * WARP;
    std::swap(numbers[i - 1], numbers[warp + below(i - warp)]);
  }
  return numbers;
}

// runs each of some fibers until it waits or leaves
inline void run_fibers(Block& b, const unsigned* numbers, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    Fiber& f = b.fibers[numbers[i]];
    if (f.done) continue;
    self = &f;
    to_fiber(b, f);
  }
}

inline void end_deadlocked(const Block& b) {
  unsigned at[4] = {};
  for (const Fiber& f : b.fibers) at[static_cast<int>(f.wait)] += !f.done;
  if (at[0] > 0) return;  // some spin, waiting for another block
  std::fprintf(
      stderr,
      "cudaemu: deadlock in block %u: %u threads wait at __syncthreads, %u at a named barrier, "
      "%u at a warp sync, %u have left\n",
      b.index.x, at[1], at[2], at[3], static_cast<unsigned>(b.fibers.size()) - b.live);
  std::abort();
}

inline void run_block(Block& b, size_t dynamic_bytes) {
  const unsigned threads = b.size.x * b.size.y * b.size.z;
  // 0xFF: shared memory that nobody has written reads as NaN
  std::vector<unsigned char> memory(dynamic_bytes + 128, 0xFF);
  b.dynamic_shared = reinterpret_cast<unsigned char*>(
      (reinterpret_cast<uintptr_t>(memory.data()) + 127) & ~static_cast<uintptr_t>(127));
  b.fibers.resize(threads);
  b.warps.assign((threads + WARP - 1) / WARP, Warp());
  for (Barrier& barrier : b.barriers) barrier = Barrier();
  b.votes[0] = b.votes[1] = b.votes[2] = 0;
  b.live = threads;
  b.progress = 0;
  block = &b;
  tally_block_begins(b.dynamic_shared, dynamic_bytes);
  unsigned char* stack = stacks.get(threads);
  for (unsigned i = 0; i < threads; i++) {
    Fiber& f = b.fibers[i];
    f.thread = {i % b.size.x, i / b.size.x % b.size.y, i / (b.size.x * b.size.y)};
    f.number = i;
    f.done = false;
    f.wait = Wait::NOTHING;
    f.votes = 0;
    f.copies.clear();
    b.warps[i / WARP].live++;
    prepare(f, stack + i * STACK_BYTES, fiber_entry);
  }
  const int order = environment_number("EMU_ORDER", 0);
  const std::vector<unsigned> numbers = fiber_order(threads, order);
  while (b.live > 0) {
    const uint64_t before_round = b.progress;
    for (unsigned first = 0; first < threads; first += WARP) {
      uint64_t before;
      do {
        before = b.progress;
        run_fibers(b, &numbers[first], std::min<unsigned>(WARP, threads - first));
      } while (order > 1 && b.progress != before);
    }
    if (b.progress == before_round) end_deadlocked(b);
  }
  tally_block_ends();
}

}  // namespace emu
