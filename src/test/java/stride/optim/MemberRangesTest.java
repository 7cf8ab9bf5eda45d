package stride.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.ParameterRange;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Ranges of parameters that are stepped one by one, and what follows one of them. */
final class MemberRangesTest {
  private static final int UPDATES = 4;
  private static final int PARTS = 3;
  private static final double[] RATES = {0.01, 0.003, 0.1};
  private static final float TAU = 0.3f;

  private final Kernels kernels = Backends.kernels(Backend.CPU);
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private static Optimizer adam() {
    return OptimizerKind.ADAM.optimizer(1e-8);
  }

  /** As an actor, its critics and a temperature lie: the last is less than a block. */
  private static List<ParameterRange> ranges(int size) {
    final int actor = size / 48 * 16;
    return List.of(
        new ParameterRange(0, actor),
        new ParameterRange(actor, size - actor - 16),
        new ParameterRange(size - 16, 16));
  }

  /** What a team ends in: for each member the state, the followers, and all norms. */
  private record Outcome(List<float[]> slabs, List<Double> norms) {}

  /** Less than a block, whole blocks and a part of one, more than is copied. */
  static Stream<Arguments> teams() {
    return Stream.of(96, 5 * 1024 + 16, 40_000)
        .flatMap(size -> Stream.of(1, 2, 3, 5).map(threads -> Arguments.of(size, threads)));
  }

  @ParameterizedTest
  @MethodSource("teams")
  void copiesAndSharesEndInTheSameBits(int size, int threads) {
    try (Team one = new Team(1);
        Team team = new Team(threads)) {
      Outcome want = learn(copies(size, one), one, size);
      for (List<MemberRanges> members : List.of(copies(size, team), shares(size, team))) {
        Outcome got = learn(members, team, size);
        for (int k = 0; k < got.norms.size(); k++) {
          assertThat(got.norms.get(k)).isEqualTo(want.norms.get(k % want.norms.size()));
        }
        for (int k = 0; k < got.slabs.size(); k++) {
          assertThat(got.slabs.get(k)).isEqualTo(want.slabs.get(k % want.slabs.size()));
        }
      }
    }
  }

  private List<MemberRanges> copies(int size, Team team) {
    return TeamParameters.copies(size, ranges(size), kernels, MemberRangesTest::adam, team);
  }

  private List<MemberRanges> shares(int size, Team team) {
    return TeamParameters.shares(size, ranges(size), kernels, MemberRangesTest::adam, team);
  }

  /** Each update steps a range more than the one before, and has some follow the second. */
  private Outcome learn(List<MemberRanges> members, Team team, int size) {
    final double[][] norms = new double[team.size()][UPDATES * RATES.length];
    final float[][] followed = new float[team.size()][];
    final LongSlab counters = LongSlab.allocate(arena, 2);
    final long followers = ranges(size).get(1).count();
    final List<TargetCopy> targets = TargetCopy.of(followers, kernels, team);
    try (GradientParts parts = new GradientParts(size, PARTS, kernels, team.size())) {
      List<GradientParts> own = ranges(size).stream().map(parts::range).toList();
      draw(members.getFirst().parameters(), 7);
      team.run(
          index -> {
            MemberRanges member = members.get(index);
            member.copyFrom(members.getFirst());
            targets.get(index).copyFrom(targets.getFirst());
            team.barrier();
            for (int update = 0; update < UPDATES; update++) {
              for (int range = 0; range <= Math.min(update, RATES.length - 1); range++) {
                double norm = step(member, own.get(range), range, update, index, team);
                norms[index][update * RATES.length + range] = norm;
              }
              targets.get(index).follow(member.range(1).parameters(), TAU);
            }
            followed[index] = targets.get(index).parameters().toArray(); // before anyone leaves
          });
      List<float[]> slabs = new ArrayList<>();
      List<Double> all = new ArrayList<>();
      for (int index = 0; index < team.size(); index++) {
        for (Slab slab : members.get(index).state(counters).values()) {
          if (slab instanceof FloatSlab floats) {
            slabs.add(floats.toArray());
          }
        }
        slabs.add(followed[index]);
        Arrays.stream(norms[index]).forEach(all::add);
      }
      assertThat(slabs.getFirst()).doesNotContain(Float.NaN);
      return new Outcome(slabs, all);
    } finally {
      targets.forEach(TargetCopy::close);
      members.forEach(MemberRanges::close);
      members.forEach(MemberRanges::close); // idempotent
    }
  }

  /** A range's first update has a number of its own. */
  private static double step(
      MemberRanges member, GradientParts parts, int range, int update, int index, Team team) {
    final int number = update - range;
    final int from = Partition.start(PARTS, index, team.size());
    final int to = Partition.start(PARTS, index + 1, team.size());
    for (int part = from; part < to; part++) {
      draw(parts.slot(parts.firstSlot(number) + part), 100 * range + 10 * number + part);
    }
    parts.own(number, PARTS, from, to);
    team.barrier();
    final double norm = member.range(range).reduce(parts, number, PARTS);
    member.range(range).step(number + 1, RATES[range], norm);
    return norm;
  }

  private static void draw(FloatSlab slab, long seed) {
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    for (long i = 0; i < slab.length(); i++) {
      slab.set(i, (float) random.nextGaussian());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "2, false", "0, true", "1, true", "2, true"})
  void aStepTouchesItsRangeAlone(int stepped, boolean shared) {
    final int size = 5 * 1024 + 16;
    final LongSlab counters = LongSlab.allocate(arena, 2);
    try (Team team = new Team(2);
        GradientParts parts = new GradientParts(size, PARTS, kernels, 2)) {
      List<MemberRanges> members = shared ? shares(size, team) : copies(size, team);
      final MemberRanges first = members.getFirst();
      final ParameterRange range = ranges(size).get(stepped);
      draw(first.parameters(), 7);
      float[] before = first.parameters().toArray();
      team.run(
          index -> {
            members.get(index).copyFrom(first);
            team.barrier();
            step(members.get(index), parts.range(range), stepped, stepped, index, team);
          });
      float[] after = first.parameters().toArray();
      float[] means = ((FloatSlab) first.state(counters).get("adam_means")).toArray();
      float[] squares = ((FloatSlab) first.state(counters).get("adam_squares")).toArray();
      for (int k = 0; k < size; k++) {
        boolean own = k >= range.offset() && k < range.offset() + range.count();
        assertThat(after[k] != before[k]).isEqualTo(own);
        assertThat(means[k] != 0).isEqualTo(own);
        assertThat(squares[k] != 0).isEqualTo(own);
      }
      assertThat(range.of(first.parameters()).sameBits(first.range(stepped).parameters())).isTrue();
      members.forEach(MemberRanges::close);
    }
  }

  @Test
  void theStateIsThatOfAllRanges() {
    try (Team team = new Team(2)) {
      List<MemberRanges> members = shares(96, team);
      assertThat(members.getFirst().state(LongSlab.allocate(arena, 2)).keySet())
          .containsExactly("parameters", "adam_means", "adam_squares", "update_counters");
      assertThat(members.getFirst().parameters().length()).isEqualTo(96);
      members.forEach(MemberRanges::close);
    }
  }

  @ParameterizedTest
  @CsvSource({"32768, 2, false", "32784, 1, false", "32784, 2, true"})
  void manyParametersAreShared(int size, int threads, boolean shared) {
    try (Team team = new Team(threads)) {
      List<MemberRanges> members =
          TeamParameters.ofRanges(size, ranges(size), kernels, MemberRangesTest::adam, team);
      List<TargetCopy> targets = TargetCopy.of(size, kernels, team);
      assertThat(members).hasSize(threads);
      assertThat(targets).hasSize(threads);
      members.getFirst().parameters().fill(3);
      targets.getFirst().parameters().fill(3);
      float seen = shared || threads == 1 ? 3 : 0;
      assertThat(members.getLast().parameters().get(size - 1)).isEqualTo(seen);
      assertThat(targets.getLast().parameters().get(size - 1)).isEqualTo(seen);
      members.getLast().copyFrom(members.getFirst());
      targets.getLast().copyFrom(targets.getFirst());
      assertThat(members.getLast().parameters().toArray()).containsOnly(3);
      assertThat(targets.getLast().parameters().toArray()).containsOnly(3);
      members.forEach(MemberRanges::close);
      targets.forEach(TargetCopy::close);
      targets.forEach(TargetCopy::close); // idempotent
    }
  }

  /** Whatever the share of the way, and whoever moves which share of the parameters. */
  @ParameterizedTest
  @ValueSource(doubles = {0.005, 1})
  void aTeamsTargetFollowsAsThatOfOneThread(double tau) {
    for (int size : new int[] {48, 33_792, 40_000}) {
      FloatSlab source = FloatSlab.allocate(arena, size);
      draw(source, 3);
      try (TargetCopy alone = TargetCopy.of(size, kernels)) {
        alone.parameters().fill(0.5f);
        alone.follow(source, tau);
        alone.follow(source, tau);
        for (int threads : new int[] {1, 2, 3}) {
          try (Team team = new Team(threads)) {
            List<TargetCopy> targets = TargetCopy.of(size, kernels, team);
            targets.getFirst().parameters().fill(0.5f);
            boolean[] same = new boolean[threads];
            team.run(
                index -> {
                  targets.get(index).copyFrom(targets.getFirst());
                  team.barrier();
                  targets.get(index).follow(source, tau);
                  targets.get(index).follow(source, tau);
                  same[index] = targets.get(index).parameters().sameBits(alone.parameters());
                });
            assertThat(same).containsOnly(true);
            targets.forEach(TargetCopy::close);
          }
        }
      }
    }
  }
}
