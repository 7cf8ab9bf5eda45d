// Whether the warps that work are spread over the schedulers of a multiprocessor:
//
//   g++ ... -DEMU_TALLY -DTEST_SHAPE=HOPPER_UPDATE -DTEST_CHUNK_ROWS=16 -DTEST_CLUSTER_CHUNKS=1
//     test_schedulers.cpp && ./a.out
//
// A scheduler issues an instruction a clock at most, of the warps that are its own. Exits with 1 if
// one has much more than the others to do in a phase with a large part of the work.

#include "tallied.h"

constexpr double LARGE_PART = 0.1;  // of the work of all phases
constexpr double MOST_OVER_MEAN = 1.3;

int main() {
  const emu::BlockTally block = tallied_gradient();
  const size_t phases = block.warps[0].size();
  double all = 0;
  for (size_t p = 0; p < phases; p++) all += sum_of(issued(phase_of(block, p)));
  std::printf("chunks of %d rows: instructions of each scheduler\n", CHUNK);
  int large = 0;
  for (size_t p = 0; p < phases; p++) {
    const std::vector<double> work = issued(phase_of(block, p));
    const double over_mean = most_of(work) / (sum_of(work) / SCHEDULERS);
    std::printf("  %-20s %6.0f %6.0f %6.0f %6.0f\n", name_of(p).c_str(), work[0], work[1], work[2],
                work[3]);
    if (sum_of(work) < LARGE_PART * all) continue;
    large++;
    check(over_mean <= MOST_OVER_MEAN, name_of(p) + ": the busiest scheduler has " +
                                           std::to_string(over_mean) + " times the mean");
  }
  check(large >= 2, "the products of the second layer are large, forward and backward");
  std::printf(failures ? "%d failures\n" : "passed\n", failures);
  return failures > 0;
}
