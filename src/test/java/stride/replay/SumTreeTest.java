package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Are sums exact whatever the order of changes, and are numbers found by their share? */
class SumTreeTest {
  private final RandomStream random = new RandomStream(3, Purpose.BENCHMARK);

  /** The sum as the tree has to add it up: 16 leaves, then 8 sums, again and again. */
  private static double sum(SumTree tree, int capacity) {
    int count = Math.ceilDiv(capacity, 16);
    double[] sums = new double[count];
    for (int leaf = 0; leaf < capacity; leaf++) {
      sums[leaf / 16] += tree.get(leaf);
    }
    while (sums.length > 1) {
      double[] above = new double[Math.ceilDiv(sums.length, 8)];
      for (int k = 0; k < sums.length; k++) {
        above[k / 8] += sums[k];
      }
      sums = above;
    }
    return sums[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 16, 17, 128, 129, 1000, 8193, 100_003})
  void sumsAreExactAfterAnyOrderOfChanges(int capacity) {
    final int n = 50;
    try (var arena = Arena.ofConfined();
        var tree = new SumTree(capacity, SlabAllocator.PAGES);
        var again = new SumTree(capacity, SlabAllocator.PAGES)) {
      final IntSlab leaves = IntSlab.allocate(arena, n);
      for (int round = 0; round < 20; round++) {
        for (int k = 0; k < n; k++) {
          final int leaf = random.nextInt(capacity);
          leaves.set(k, leaf);
          tree.set(leaf, (float) random.uniform(0, 1000));
        }
        tree.sum(leaves, n);
        final int from = random.nextInt(capacity);
        final int to = from + random.nextInt(capacity - from) + 1;
        for (int leaf = from; leaf < to; leaf++) {
          tree.set(leaf, random.nextInt(3) == 0 ? 0 : (float) random.nextDouble());
        }
        tree.sum(from, to);
        assertThat(tree.total()).isEqualTo(sum(tree, capacity));
      }
      for (int leaf = capacity - 1; leaf >= 0; leaf--) { // the same numbers, the other way round
        again.set(leaf, tree.get(leaf));
        again.sum(leaf, leaf + 1);
      }
      assertThat(again.total()).isEqualTo(tree.total());
      assertThat(again.leaves().sameBits(tree.leaves())).isTrue();
    }
  }

  private static int find(SumTree tree, double mass) {
    final int[] found = new int[1];
    tree.find(new double[] {mass}, found, new float[1], 1);
    return found[0];
  }

  /** A plain walk down the tree, child by child. */
  private static int walk(SumTree tree, int capacity, double mass) {
    final List<double[]> levels = new ArrayList<>();
    double[] sums = new double[Math.ceilDiv(capacity, 16)];
    for (int leaf = 0; leaf < capacity; leaf++) {
      sums[leaf / 16] += tree.get(leaf);
    }
    while (sums.length > 1) {
      levels.add(sums);
      double[] above = new double[Math.ceilDiv(sums.length, 8)];
      for (int k = 0; k < sums.length; k++) {
        above[k / 8] += sums[k];
      }
      sums = above;
    }
    double rest = mass;
    int node = 0;
    for (double[] level : levels.reversed()) {
      int child = 8 * node;
      double below = 0;
      while (below + level[child] <= rest) {
        below += level[child++];
      }
      rest -= below;
      node = child;
    }
    int leaf = 16 * node;
    double below = 0;
    while (below + tree.get(leaf) <= rest) {
      below += tree.get(leaf++);
    }
    return leaf;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 129, 1000, 20_011})
  void findsSeveralAtOnceAsAWalkFindsEach(int capacity) {
    final int n = 70;
    final double[] masses = new double[n];
    final int[] found = new int[n];
    final float[] numbers = new float[n];
    try (var arena = Arena.ofConfined();
        var tree = new SumTree(capacity, SlabAllocator.PAGES)) {
      final IntSlab leaves = IntSlab.allocate(arena, n);
      for (int round = 0; round < 8; round++) {
        for (int k = 0; k < n; k++) {
          final int leaf = random.nextInt(capacity);
          leaves.set(k, leaf);
          tree.set(leaf, random.nextInt(4) == 0 ? 0 : (float) random.uniform(0, 10));
        }
        tree.set(leaves.get(0), 1);
        tree.sum(leaves, n);
        for (int k = 0; k < n; k++) {
          masses[k] = 0.999 * random.nextDouble() * tree.total();
        }
        final double[] asked = masses.clone();
        tree.find(masses, found, numbers, n);
        for (int k = 0; k < n; k++) {
          assertThat(found[k]).isEqualTo(walk(tree, capacity, asked[k]));
          assertThat(numbers[k]).isEqualTo(tree.get(found[k])).isPositive();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 200, 5000})
  void findsTheFirstSumAboveAMass(int capacity) {
    try (var tree = new SumTree(capacity, SlabAllocator.PAGES)) {
      for (int leaf = 0; leaf < capacity; leaf++) {
        tree.set(leaf, leaf % 3 == 1 ? 0 : 1 + leaf % 5); // whole: sums have no rounding
      }
      tree.sum();
      double below = 0;
      for (int leaf = 0; leaf < capacity; leaf++) {
        final float value = tree.get(leaf);
        if (value > 0) {
          assertThat(find(tree, below)).isEqualTo(leaf);
          assertThat(find(tree, below + 0.5 * value)).isEqualTo(leaf);
          assertThat(find(tree, Math.nextDown(below + value))).isEqualTo(leaf);
        }
        below += value;
      }
      assertThat(tree.total()).isEqualTo(below);
    }
  }

  /** Rounding may leave a mass that is not below what the sums on the way add up to. */
  @Test
  void neverFindsAZero() {
    final int capacity = 3000;
    try (var tree = new SumTree(capacity, SlabAllocator.PAGES)) {
      for (int leaf = 0; leaf < capacity; leaf += 7) {
        tree.set(leaf, (float) StrictMath.exp(random.uniform(-30, 5)));
      }
      tree.sum();
      for (int k = 0; k < 20_000; k++) {
        final double share = k % 2 == 0 ? random.nextDouble() : 1 - random.nextDouble() * 1e-15;
        assertThat(tree.get(find(tree, share * tree.total()))).isPositive();
      }
    }
  }

  @Test
  void frequenciesAreInProportion() {
    final int capacity = 300;
    final int draws = 300_000;
    final int[] counts = new int[capacity];
    try (var tree = new SumTree(capacity, SlabAllocator.PAGES)) {
      int positive = 0;
      for (int leaf = 0; leaf < capacity; leaf++) {
        tree.set(leaf, leaf % 10 == 0 ? 0 : (float) random.uniform(0.2, 2));
        positive += leaf % 10 == 0 ? 0 : 1;
      }
      tree.sum();
      for (int k = 0; k < draws; k++) {
        counts[find(tree, random.nextDouble() * tree.total())]++;
      }
      double chiSquare = 0;
      for (int leaf = 0; leaf < capacity; leaf++) {
        final double expected = draws * tree.get(leaf) / tree.total();
        if (expected == 0) {
          assertThat(counts[leaf]).isZero();
        } else {
          chiSquare += (counts[leaf] - expected) * (counts[leaf] - expected) / expected;
        }
      }
      // mean and deviation of chi-square with so many degrees of freedom
      final double freedom = positive - 1;
      assertThat(chiSquare)
          .isBetween(freedom - 4 * Math.sqrt(2 * freedom), freedom + 4 * Math.sqrt(2 * freedom));
    }
  }
}
