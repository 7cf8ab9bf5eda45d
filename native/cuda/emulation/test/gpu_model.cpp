// Estimates how long a minibatch of Hopper's update takes on an H100 or H200, from what the
// emulation counts and from assumed latencies:
//
//   g++ ... -DEMU_TALLY -DTEST_SHAPE=HOPPER_UPDATE -DTEST_CHUNK_ROWS=8 -DTEST_CLUSTER_CHUNKS=1
//     gpu_model.cpp && ./a.out
//
// A model, good to 40 % perhaps, to be held against a card. It was calibrated on an estimate from
// machine code: factors below without another reason are such that both agree. Prints Markdown.

#include "tallied.h"

constexpr double CLOCKS_PER_MICROSECOND = 1980;
// machine instructions for one that is counted: addresses, loops, scalars in shared memory
constexpr double INSTRUCTIONS = 1.2;
constexpr double INSTRUCTIONS_OF_COPY = 15;
// loads from shared memory that a thread has under way, and how long one takes
constexpr double LOADS_AT_ONCE = 8;
constexpr double SHARED_LATENCY = 30;
constexpr double BLOCK_BARRIER = 40;
// of exponentials, logarithms and quotients that wait for each other
constexpr double LOSS_CHAIN = 400;
// second-level cache: a trip there and back, and what a multiprocessor gets of it in a clock
constexpr double L2 = 300;
constexpr double L2_BYTES = 64;
// double precision over a block: shuffles, and two barriers
constexpr double BLOCK_SUM = 300;
// norm, square root, quotient and step, one after the other
constexpr double ADAM_CHAIN = 800;

struct Way {
  const char* name;
  double blocks;   // that add and step
  double meeting;  // end of a part of a minibatch, until the next one begins everywhere
  bool stays;      // on the device: fetches rows while it waits
};

// where a kernel ends and the next begins, from the host or from a graph; barriers
constexpr double LAUNCH = 5100, GRAPH_NODE = 3700, GRID_BARRIER = 1200, CLUSTER_BARRIER = 400;

// of shared memory: if it serves eight lanes at a time, and if it serves lanes that want one word
// together
struct Clocks {
  double separate = 0, merged = 0;
};

static std::string range(double least, double most, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, least);
  const std::string from = text;
  std::snprintf(text, sizeof text, "%.*f", digits, most);
  return from == text ? from : from + " to " + text;
}

static Clocks phase_clocks(const std::vector<emu::PhaseTally>& warps, size_t phase) {
  const double issue = most_of(issued(warps)) * INSTRUCTIONS;
  double wavefronts = 0, merged = 0, chain = 0;
  for (const emu::PhaseTally& warp : warps) {
    const double loads = warp.counts[static_cast<int>(emu::Work::SHARED_LOAD)];
    wavefronts += warp.wavefronts;
    merged += warp.merged_wavefronts;
    chain = std::max(chain, warp.instructions * INSTRUCTIONS +
                                loads / LOADS_AT_ONCE * SHARED_LATENCY);
  }
  if (phase == shape::actor_layers + 1) chain = std::max(chain, LOSS_CHAIN);
  const Clocks clocks = {std::max({issue, wavefronts, chain}) + BLOCK_BARRIER,
                         std::max({issue, merged, chain}) + BLOCK_BARRIER};
  std::printf("| %s | %.0f | %s | %.0f | %s |\n", name_of(phase).c_str(), issue,
              range(merged, wavefronts, 0).c_str(), chain,
              range(clocks.merged, clocks.separate, 0).c_str());
  return clocks;
}

static double weights_clocks(const emu::BlockTally& block) {
  double copies = 0, warps = 0;
  for (const auto& warp : block.warps) {
    copies = std::max(copies, 1.0 * warp[0].counts[static_cast<int>(emu::Work::COPY)]);
    warps++;
  }
  const double bytes = 4.0 * LOG_STD_AT;
  return copies * INSTRUCTIONS_OF_COPY * warps / SCHEDULERS + std::max(L2, bytes / L2_BYTES);
}

// the schedule, then the numbers of rows, then the rows
static double gather_clocks() { return 3 * L2 + 100; }

// a block's slices, up to four side by side: see ppo_cluster.cu; the parts of an element are loaded at
// once
static double reduce_clocks(double blocks, double parts) {
  const double slices = std::ceil(SLICES / blocks);
  return std::ceil(slices / 4) * (L2 + BLOCK_SUM) + slices * parts * SLICE * 4 / L2_BYTES;
}

static double adam_clocks(double blocks) {
  const double slices = std::ceil(SLICES / blocks);
  return 2 * L2 + ADAM_CHAIN + (std::ceil(slices / 4) - 1) * L2 + (slices - 1) * 100;
}

static void print_way(const Way& way, Clocks gradient, double weights, double parts) {
  const double rows = way.stays ? std::max(0.0, gather_clocks() - way.meeting) : gather_clocks();
  const double beside = weights + rows + reduce_clocks(way.blocks, parts) +
                        adam_clocks(way.blocks) + 3 * way.meeting;
  const double least = (beside + gradient.merged) / CLOCKS_PER_MICROSECOND;
  const double most = (beside + gradient.separate) / CLOCKS_PER_MICROSECOND;
  std::printf("| %s | %.0f | %.0f | %s | %.0f | %.0f | %.0f | %s | %s |\n", way.name, weights,
              rows, range(gradient.merged, gradient.separate, 0).c_str(),
              reduce_clocks(way.blocks, parts), adam_clocks(way.blocks), 3 * way.meeting,
              range(least, most, 1).c_str(),
              range(least * MINIBATCHES / 1000, most * MINIBATCHES / 1000, 1).c_str());
}

static Clocks print_gradient(const emu::BlockTally& block) {
  std::printf("A block's phases of the gradient, %d rows, in clocks:\n\n", BLOCK_ROWS);
  std::printf("| phase | busiest scheduler | shared memory | longest chain | phase |\n");
  std::printf("|---|---|---|---|---|\n");
  Clocks all;
  for (size_t p = 1; p + 1 < block.warps[0].size(); p++) {
    const Clocks phase = phase_clocks(phase_of(block, p), p);
    all = {all.separate + phase.separate, all.merged + phase.merged};
  }
  std::printf("| all | | | | %s |\n\n", range(all.merged, all.separate, 0).c_str());
  return all;
}

int main() {
  const emu::BlockTally block = tallied_gradient();
  const Clocks gradient = print_gradient(block);
  const double parts = MAX_PARTS, weights = weights_clocks(block), all = SLICES;
  std::printf("A minibatch in clocks, and an update of %d of them:\n\n", MINIBATCHES);
  std::printf("| way | weights | rows | gradient | sum | Adam | meetings | us | ms an update |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|\n");
  // a cluster has fewer blocks, so that each takes more chunks
  std::vector<Way> ways = {{"launches", all, LAUNCH, false},
                           {"graph", all, GRAPH_NODE, false},
                           {"persistent", all, GRID_BARRIER, true}};
  if (BLOCK_CHUNKS > 1) ways = {{"cluster", shape::cluster_blocks, CLUSTER_BARRIER, true}};
  for (const Way& way : ways) print_way(way, gradient, weights, parts);
  std::printf("\n");
  return 0;
}
