package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.env.EnvSpec;
import stride.env.ShortTask;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.nn.Golden;
import stride.parallel.Partition;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Are the rows of ended episodes, and their returns, those of lists of episodes? */
class ReplayEpisodesTest {
  private static final double GAMMA = 0.9;
  private static final int LIMIT = 6; // steps of an episode
  private static final int ROUNDS = 150;

  /** A step as a list of episodes has it. */
  private record Step(float observation, int choice, List<Float> action, float reward) {}

  static Stream<Arguments> cases() {
    return Stream.of("CartPole-v1", "InvertedPendulum-v5")
        .flatMap(
            id ->
                Stream.of(1, 3, 8)
                    .flatMap(
                        envs ->
                            Stream.of(1, 2, 5, 19)
                                .flatMap(
                                    enough ->
                                        Stream.of(1, 4, 7)
                                            .map(steps -> Arguments.of(id, envs, enough, steps)))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areThoseOfListsOfEpisodes(String id, int numEnvs, int enough, int steps) {
    final var random = new RandomStream(numEnvs + 10L * enough, Purpose.BENCHMARK);
    try (var model = new Model(id, numEnvs, enough, steps, 1)) {
      int learnt = 0;
      for (int round = 0; round < ROUNDS; round++) {
        model.collect(steps, random, /* early= */ 4);
        learnt += model.learnIfReady() ? 1 : 0;
      }
      assertThat(learnt).isPositive();
    }
  }

  /** As few episodes as can be: all of them as long as the limit. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 3, 5", "3, 1, 7", "3, 4, 1", "3, 7, 2", "8, 8, 3", "8, 9, 3"})
  void aMemoryOfThatSizeKeepsThemAll(int numEnvs, int enough, int steps) {
    final var random = new RandomStream(1, Purpose.BENCHMARK);
    try (var model = new Model("CartPole-v1", numEnvs, enough, steps, 1)) {
      for (int round = 0; round < ROUNDS; round++) {
        model.collect(steps, random, /* early= */ 0);
        model.learnIfReady();
      }
    }
  }

  @Test
  void aSmallerMemoryIsNoticed() {
    final var random = new RandomStream(1, Purpose.BENCHMARK);
    try (var model = new Model("CartPole-v1", 1, 3, 1, 0.5)) {
      assertThatThrownBy(
              () -> {
                for (int round = 0; round < ROUNDS; round++) {
                  model.collect(1, random, /* early= */ 0);
                  model.learnIfReady();
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("environment 0: step 0 has been overwritten");
    }
  }

  @Test
  void returnsAreThoseOfNumpy() {
    JsonNode golden = Golden.values("reinforce").get("plain");
    double[] wanted = Golden.doubles(golden.get("returns"));
    final EnvSpec spec = Tasks.of("CartPole-v1").spec();
    try (var memory = new ReplayMemory(spec, 1, wanted.length, SlabAllocator.PAGES);
        var episodes = new ReplayEpisodes(memory, SlabAllocator.PAGES)) {
      MemoryRows.put(memory, golden);
      episodes.ended(0, wanted.length);
      assertThat(episodes.ended()).isEqualTo(golden.get("lengths").size());
      assertThat(episodes.rowCount()).isEqualTo(wanted.length);
      episodes.fill(golden.get("gamma").asDouble(), 0, 1);
      for (int k = 0; k < wanted.length; k++) {
        assertThat(episodes.rows().get(k)).isEqualTo(k);
        assertThat(episodes.returns().get(k)).isCloseTo((float) wanted[k], within(1e-6f));
      }
    }
  }

  @Test
  void tooManyEnvironmentsAreRefused() {
    final EnvSpec spec = Tasks.of("CartPole-v1").spec();
    assertThat(ReplayEpisodes.bufferSize(spec, 16, 16, 8)).isEqualTo(16L * (2 * 500 + 8));
    assertThat(ReplayEpisodes.bufferSize(spec, 16, 17, 8)).isEqualTo(16L * (3 * 500 + 8));
    assertThatThrownBy(() -> ReplayEpisodes.bufferSize(spec, 3_000_000, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "num_envs=3000000, required: fewer environments or episodes_per_update, for 1001 steps"
                + " of each in the memory");
  }

  /** A memory that is filled by hand, and lists of what was put there; closes what it makes. */
  private static final class Model implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final ReplayMemory memory;
    private final ReplayEpisodes episodes;
    private final int enough;
    private final List<List<Step>> running = new ArrayList<>(); // of each environment
    private final List<List<List<Step>>> ended = new ArrayList<>(); // and not learnt from
    private int endedCount;

    Model(String id, int numEnvs, int enough, int steps, double share) {
      final EnvSpec spec = new ShortTask(id, LIMIT).spec();
      final long size = ReplayEpisodes.bufferSize(spec, numEnvs, enough, steps);
      this.memory = new ReplayMemory(spec, numEnvs, (long) (share * size), SlabAllocator.PAGES);
      this.episodes = new ReplayEpisodes(memory, SlabAllocator.PAGES);
      this.enough = enough;
      for (int env = 0; env < numEnvs; env++) {
        running.add(new ArrayList<>());
        ended.add(new ArrayList<>());
      }
    }

    /**
     * Makes steps.
     *
     * @param early one of so many ends its episode before the limit; 0 for none
     */
    void collect(int steps, RandomStream random, int early) {
      final long before = memory.steps();
      for (long t = before; t < before + steps; t++) {
        for (int env = 0; env < memory.numEnvs(); env++) {
          step(env, memory.row(t) + env, t, random, early);
        }
      }
      memory.steps(before + steps);
      episodes.ended(before, memory.steps());
    }

    private void step(int env, int row, long t, RandomStream random, int early) {
      final Step step = put(row, random);
      running.get(env).add(step);
      int end = 0;
      if (running.get(env).size() == LIMIT) {
        end = ReplayMemory.TRUNCATED | memory.slot(t) << ReplayMemory.SLOT;
      } else if (early > 0 && random.nextInt(early) == 0) {
        end = random.nextInt(3) == 0 ? ReplayMemory.DIVERGED : ReplayMemory.TERMINATED;
      }
      memory.ends().set(row, end);
      if (end != 0) {
        endedCount++;
        if (end != ReplayMemory.DIVERGED) {
          ended.get(env).add(running.get(env));
        }
        running.set(env, new ArrayList<>());
      }
    }

    private Step put(int row, RandomStream random) {
      final float observation = (float) random.nextGaussian();
      final float reward = (float) random.nextGaussian();
      final int elements = memory.actions().elements();
      final List<Float> action = new ArrayList<>();
      ((FloatSlab) memory.observations()).set((long) row * memory.inputStride() + 1, observation);
      memory.rewards().set(row, reward);
      final int choice = random.nextInt(2);
      if (memory.actions().discrete()) {
        memory.actions().choices().set(row, choice);
      } else {
        for (int k = 0; k < elements; k++) {
          action.add((float) random.nextGaussian());
          memory.actions().real().set((long) row * elements + k, action.get(k));
        }
      }
      return new Step(observation, choice, action, reward);
    }

    boolean learnIfReady() {
      assertThat(episodes.ended()).isEqualTo(endedCount);
      if (episodes.ended() < enough) {
        return false;
      }
      final int members = 3;
      for (int k = members - 1; k >= 0; k--) { // in any order
        episodes.fill(
            GAMMA,
            Partition.start(memory.numEnvs(), k, members),
            Partition.start(memory.numEnvs(), k + 1, members));
      }
      check();
      episodes.learnt();
      endedCount = 0;
      ended.forEach(List::clear);
      return true;
    }

    private void check() {
      int place = 0;
      for (List<List<Step>> ofEnvironment : ended) {
        for (List<Step> episode : ofEnvironment) {
          for (int t = 0; t < episode.size(); t++) {
            double wanted = 0;
            for (int k = episode.size() - 1; k >= t; k--) {
              wanted = episode.get(k).reward + GAMMA * wanted;
            }
            final int row = episodes.rows().get(place);
            assertThat(episodes.returns().get(row)).isEqualTo((float) wanted);
            place++;
          }
        }
      }
      assertThat(episodes.rowCount()).isEqualTo(place);
      checkCopies();
    }

    /** All rows at once, and the last few of them. */
    private void checkCopies() {
      final List<Step> all = ended.stream().flatMap(List::stream).flatMap(List::stream).toList();
      for (int from : new int[] {0, all.size() / 2}) {
        checkCopies(from, all.subList(from, all.size()));
      }
    }

    private void checkCopies(int from, List<Step> wanted) {
      final int count = wanted.size();
      final int stride = memory.inputStride();
      final int elements = memory.actions().elements();
      final FloatSlab observations = FloatSlab.allocate(arena, count + 1, stride);
      final FloatSlab actions = FloatSlab.allocate(arena, elements, count + 1);
      final IntSlab choices = IntSlab.allocate(arena, count + 1);
      episodes.observations(from, count, observations);
      if (episodes.discrete()) {
        episodes.choices(from, count, choices);
      } else {
        episodes.actions(from, count, actions, count + 1);
      }
      for (int i = 0; i < count; i++) {
        assertThat(observations.get((long) i * stride + 1)).isEqualTo(wanted.get(i).observation);
        if (episodes.discrete()) {
          assertThat(choices.get(i)).isEqualTo(wanted.get(i).choice);
        }
        for (int k = 0; k < elements && !episodes.discrete(); k++) {
          assertThat(actions.get((long) k * (count + 1) + i))
              .isEqualTo(wanted.get(i).action.get(k));
        }
      }
    }

    @Override
    public void close() {
      episodes.close();
      memory.close();
      arena.close();
    }
  }
}
