package stride.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.parallel.Partition;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Copies and shares beside each other. */
final class TeamParametersTest {
  private static final int UPDATES = 3;
  private static final double LIMIT = 0.5;

  private final Kernels kernels = Backends.kernels(Backend.CPU);
  private Arena arena;

  /** What a team ends in: the state of every member, its gradients and all norms. */
  private record Outcome(List<float[]> slabs, List<Double> norms) {}

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  private static Optimizer adam() {
    return OptimizerKind.ADAM.optimizer(1e-5);
  }

  private static void closeAll(List<MemberParameters> members) {
    members.forEach(MemberParameters::close);
  }

  /** Less than a block, whole blocks and a part of one, more than is copied. */
  static Stream<Arguments> teams() {
    return Stream.of(OptimizerKind.values())
        .flatMap(
            kind ->
                Stream.of(48, 3 * 1024 + 16, 40_000)
                    .flatMap(
                        size ->
                            Stream.of(1, 2, 3, 5)
                                .map(threads -> Arguments.of(kind, size, threads))));
  }

  @ParameterizedTest
  @MethodSource("teams")
  void copiesAndSharesEndInTheSameBits(OptimizerKind kind, int size, int threads) {
    Supplier<Optimizer> optimizers = () -> kind.optimizer(1e-5);
    try (Team one = new Team(1);
        Team team = new Team(threads)) {
      for (int parts : new int[] {1, 2, 5}) {
        Outcome want =
            learn(TeamParameters.copies(size, kernels, optimizers, LIMIT, one), one, size, parts);
        for (boolean shares : new boolean[] {false, true}) {
          List<MemberParameters> members =
              shares
                  ? TeamParameters.shares(size, kernels, optimizers, LIMIT, team)
                  : TeamParameters.copies(size, kernels, optimizers, LIMIT, team);
          Outcome got = learn(members, team, size, parts);
          assertThat(got.norms.getFirst()).isGreaterThan(LIMIT); // so that it is clipped
          for (int k = 0; k < got.norms.size(); k++) {
            assertThat(got.norms.get(k)).isEqualTo(want.norms.get(k % UPDATES));
          }
          int each = want.slabs.size();
          for (int k = 0; k < got.slabs.size(); k++) {
            assertThat(got.slabs.get(k)).isEqualTo(want.slabs.get(k % each));
          }
        }
      }
    }
  }

  private Outcome learn(List<MemberParameters> members, Team team, int size, int count) {
    double[][] norms = new double[team.size()][UPDATES];
    LongSlab counters = LongSlab.allocate(arena, 2);
    try (GradientParts parts = new GradientParts(size, count, kernels, team.size())) {
      draw(members.getFirst().parameters(), 7);
      team.run(
          index -> {
            MemberParameters member = members.get(index);
            member.copyFrom(members.getFirst());
            team.barrier();
            int from = Partition.start(count, index, team.size());
            int to = Partition.start(count, index + 1, team.size());
            for (int update = 0; update < UPDATES; update++) {
              for (int part = from; part < to; part++) {
                draw(parts.slot(parts.firstSlot(update) + part), 10 * update + part);
              }
              parts.own(update, count, from, to);
              team.barrier();
              norms[index][update] = member.reduce(parts, update, count);
              member.step(update + 1, 0.01, norms[index][update]);
            }
          });
      List<float[]> slabs = new ArrayList<>();
      List<Double> all = new ArrayList<>();
      for (int index = 0; index < team.size(); index++) {
        MemberParameters member = members.get(index);
        for (Slab slab : member.state(counters).values()) {
          if (slab instanceof FloatSlab floats) {
            slabs.add(floats.toArray());
          }
        }
        slabs.add(member.gradients().toArray());
        for (double norm : norms[index]) {
          all.add(norm);
        }
      }
      return new Outcome(slabs, all);
    } finally {
      closeAll(members);
    }
  }

  private static void draw(FloatSlab slab, long seed) {
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    for (long i = 0; i < slab.length(); i++) {
      slab.set(i, (float) random.nextGaussian());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "32768, 2, false",
    "32784, 1, false",
    "32784, 2, true",
    "12000, 5, false",
    "140000, 2, true"
  })
  void manyParametersAreShared(int size, int threads, boolean shared) {
    try (Team team = new Team(threads)) {
      List<MemberParameters> members =
          TeamParameters.of(size, kernels, TeamParametersTest::adam, LIMIT, team);
      assertThat(members).hasSize(threads);
      FloatSlab first = members.getFirst().parameters();
      assertThat(first.length()).isEqualTo(size);
      assertThat(members.getLast().parameters() == first).isEqualTo(shared || threads == 1);
      closeAll(members);
    }
  }

  @Test
  void findsWhatIsNotFiniteInAnyShare() {
    try (Team team = new Team(3)) {
      List<MemberParameters> members =
          TeamParameters.shares(5008, kernels, TeamParametersTest::adam, LIMIT, team);
      FloatSlab parameters = members.getFirst().parameters();
      assertThat(members.getFirst().finite()).isTrue();
      parameters.set(5007, Float.NaN);
      assertThat(members.getFirst().finite()).isFalse();
      parameters.set(5007, 0);
      parameters.set(0, Float.POSITIVE_INFINITY);
      assertThat(members.getLast().finite()).isFalse();
      closeAll(members);
      closeAll(members); // idempotent
    }
  }
}
