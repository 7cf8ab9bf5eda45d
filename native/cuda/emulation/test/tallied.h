// Counts a minibatch of Hopper's update, of 8,192 rows, phase by phase.

#pragma once

#include "device.h"

constexpr int SCHEDULERS = 4;  // of a multiprocessor: warp w is scheduler w % 4's, for good

// the block that computes the first rows of a minibatch
inline emu::BlockTally tallied_gradient() {
  Device device = made_up(0, 1e-3);
  launch(advantage_moments, 1, THREADS, 0, device.frame());
  emu::tallies.clear();
  launch(minibatch_gradient, MAX_PARTS, THREADS, SHARED_BYTES, device.frame(), 0);
  return emu::tallies.front();
}

inline std::vector<emu::PhaseTally> phase_of(const emu::BlockTally& block, size_t phase) {
  std::vector<emu::PhaseTally> warps;
  for (const auto& warp : block.warps) {
    warps.push_back(phase < warp.size() ? warp[phase] : emu::PhaseTally());
  }
  return warps;
}

// instructions of each scheduler
inline std::vector<double> issued(const std::vector<emu::PhaseTally>& warps) {
  std::vector<double> work(SCHEDULERS);
  for (size_t w = 0; w < warps.size(); w++) work[w % SCHEDULERS] += warps[w].instructions;
  return work;
}

inline double most_of(const std::vector<double>& v) {
  return *std::max_element(v.begin(), v.end());
}

inline double sum_of(const std::vector<double>& v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum;
}

// phases of minibatch_gradient, whose networks have equally many layers
inline std::string name_of(size_t phase) {
  static_assert(shape::actor_layers == shape::critic_layers, "the networks go in step");
  const size_t layers = shape::actor_layers;
  if (phase == 0) return "rows and weights";
  if (phase <= layers) return "forward, layer " + std::to_string(phase);
  if (phase == layers + 1) return "losses";
  if (phase <= 2 * layers + 1) return "backward, layer " + std::to_string(2 * layers + 2 - phase);
  return "end";
}
