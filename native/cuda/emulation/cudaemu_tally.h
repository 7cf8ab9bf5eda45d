// Counts what a kernel asks of a multiprocessor, where -DEMU_TALLY says so; elsewhere these
// functions are empty. Included by cudaemu_engine.h.
//
// The unit is an instruction of a warp in a phase. A phase ends where a thread comes to a barrier
// of its block, named ones included. Of the lanes of a warp the one that did most counts: exact
// where they take the same path, too little where they part.
//
// Counted are fmaf, the rounded operations (__fmul_rn and the like), accesses of four floats at
// once, __ldcg and __ldg, and asynchronous copies. Not counted: what the sources write as plain
// operators, scalars in shared memory, addresses, and branches.

#pragma once

namespace emu {

enum class Work {
  FMA,
  ARITHMETIC,
  SHARED_LOAD,  // of four floats
  SHARED_STORE,
  GLOBAL_LOAD,
  GLOBAL_STORE,
  COPY,
  KINDS
};
constexpr int WORK_KINDS = static_cast<int>(Work::KINDS);

#ifndef EMU_TALLY

inline void tally(Work) {}
inline void tally_phase_ends() {}
inline void tally_block_begins(const void*, size_t) {}
inline void tally_block_ends() {}

#else

// of a warp in a phase
struct PhaseTally {
  int counts[WORK_KINDS] = {};
  int instructions = 0;  // all of them
  // clocks of shared memory, which hands out 32 words in each: if eight lanes at a time are served,
  // and if lanes that want the same word are served together
  int wavefronts = 0;
  int merged_wavefronts = 0;
};

struct BlockTally {
  unsigned index;
  std::vector<std::vector<PhaseTally>> warps;  // [warps][phases]
};

inline std::vector<BlockTally> tallies;  // of all blocks since a test cleared it

struct LaneTally {
  int counts[WORK_KINDS] = {};
  std::vector<uintptr_t> loads, stores;  // of shared memory, in words of 16 bytes
};

// of the block that this operating-system thread runs: [threads][phases]
inline thread_local std::vector<std::vector<LaneTally>> lanes;
inline thread_local uintptr_t shared_begin, shared_end;

inline void tally(Work work) { lanes[self->number].back().counts[static_cast<int>(work)]++; }

inline bool in_shared_memory(const void* p) {
  const uintptr_t at = reinterpret_cast<uintptr_t>(p);
  return at >= shared_begin && at < shared_end;
}

inline void tally_load4(const void* from) {
  if (!in_shared_memory(from)) return tally(Work::GLOBAL_LOAD);
  tally(Work::SHARED_LOAD);
  lanes[self->number].back().loads.push_back(reinterpret_cast<uintptr_t>(from) / 16);
}

inline void tally_store4(const void* to) {
  if (!in_shared_memory(to)) return tally(Work::GLOBAL_STORE);
  tally(Work::SHARED_STORE);
  lanes[self->number].back().stores.push_back(reinterpret_cast<uintptr_t>(to) / 16);
}

inline void tally_phase_ends() { lanes[self->number].emplace_back(); }

inline void tally_block_begins(const void* shared, size_t bytes) {
  lanes.assign(block->fibers.size(), std::vector<LaneTally>(1));
  shared_begin = reinterpret_cast<uintptr_t>(shared);
  shared_end = shared_begin + bytes;
}

// how often the fullest of the 8 groups of banks is asked for another word
inline int clocks_for(std::vector<uintptr_t> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  int asked[8] = {};
  for (uintptr_t word : words) asked[word % 8]++;
  return *std::max_element(asked, asked + 8);
}

// the n-th accesses of all lanes are one instruction
inline void add_wavefronts(PhaseTally& tally, const std::vector<uintptr_t>* const* accesses) {
  for (size_t n = 0;; n++) {
    std::vector<uintptr_t> all;
    for (int first = 0; first < WARP; first += 8) {
      std::vector<uintptr_t> words;
      for (int lane = first; lane < first + 8; lane++) {
        if (accesses[lane] && n < accesses[lane]->size()) words.push_back((*accesses[lane])[n]);
      }
      tally.wavefronts += clocks_for(words);
      all.insert(all.end(), words.begin(), words.end());
    }
    if (all.empty()) return;
    tally.merged_wavefronts += clocks_for(all);
  }
}

inline PhaseTally phase_of_warp(size_t warp, size_t phase) {
  PhaseTally sum;
  const std::vector<uintptr_t>* loads[WARP] = {};
  const std::vector<uintptr_t>* stores[WARP] = {};
  for (size_t i = warp * WARP; i < std::min(lanes.size(), (warp + 1) * WARP); i++) {
    if (phase >= lanes[i].size()) continue;
    const LaneTally& lane = lanes[i][phase];
    loads[i % WARP] = &lane.loads;
    stores[i % WARP] = &lane.stores;
    for (int k = 0; k < WORK_KINDS; k++) sum.counts[k] = std::max(sum.counts[k], lane.counts[k]);
  }
  for (int count : sum.counts) sum.instructions += count;
  add_wavefronts(sum, loads);
  add_wavefronts(sum, stores);
  return sum;
}

inline void tally_block_ends() {
  static std::atomic_flag busy = ATOMIC_FLAG_INIT;
  BlockTally made{block->index.x, {}};
  for (size_t warp = 0; warp * WARP < lanes.size(); warp++) {
    std::vector<PhaseTally> phases;
    for (size_t phase = 0; phase < lanes[warp * WARP].size(); phase++) {
      phases.push_back(phase_of_warp(warp, phase));
    }
    made.warps.push_back(phases);
  }
  while (busy.test_and_set()) std::this_thread::yield();
  tallies.push_back(made);
  busy.clear();
}

#endif

}  // namespace emu
