package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

/**
 * Is a number that is none noticed, wherever it comes from? It is put into the state that a run
 * goes on from.
 *
 * <pre>
 *   rollout: | rollouts | mean, variance, count | of returns | discounted | last        | simulators |
 *            |          | of observations       | likewise   | returns    | observation |            |
 *            | 1        | 2 D + 1               | 3          | N          | N D'        | N state    |
 * </pre>
 */
class NotFiniteTest {
  private static final int ENVS = 2;
  private static final int EPISODE = 5; // doubles about steps and episodes before a simulator's own

  private static final int SEEDING = 32; // as many env steps as that many iterations

  @TempDir static Path once;
  @TempDir Path temp;

  private Path unfinished(String name) throws IOException {
    Path whole = once.resolve(name);
    if (!whole.toFile().exists()) {
      List<String> args = new ArrayList<>(TinyRun.begin(whole, 30 + SEEDING, "--hidden", "8"));
      args.set(args.indexOf("CartPole-v1"), name);
      args.addAll(List.of("--norm-obs", "--norm-reward"));
      assertThat(TinyRun.in(args).exitCode()).isZero();
    }
    return TinyRun.unfinished(whole, temp.resolve("run"));
  }

  /** Where the parts of the slab begin, for both environments' first of it. */
  private static long place(String part, Task task) {
    long elements = task.spec().observationElements();
    long stride = Math.ceilDiv(elements, 4) * 4;
    long returns = 1 + 2 * elements + 1;
    long observation = returns + 3 + ENVS;
    return switch (part) {
      case "mean" -> 1;
      case "variance" -> 1 + elements;
      case "return variance" -> returns + 1;
      case "discounted return" -> returns + 3;
      case "observation" -> observation;
      case "simulator" -> observation + ENVS * stride + EPISODE + 1;
      default -> throw new AssertionError(part);
    };
  }

  private static void inject(Path run, String part, Task task) {
    Path file = CheckpointStore.of(run).newest();
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      Map<String, Slab> state = checkpoint.slabs();
      if (part.equals("parameter")) {
        ((FloatSlab) state.get("parameters")).set(0, Float.NaN);
      } else {
        ((DoubleSlab) state.get("rollout")).set(place(part, task), Double.NaN);
      }
      Checkpoint.write(file, checkpoint.info(), checkpoint.slabs());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CartPole-v1, parameter",
    "CartPole-v1, mean",
    "CartPole-v1, variance",
    "CartPole-v1, observation",
    "CartPole-v1, return variance",
    "CartPole-v1, discounted return",
    "Hopper-v5, parameter",
    "Hopper-v5, mean",
    "Hopper-v5, return variance",
  })
  void endsTheRunWithADiagnosisAndKeepsItsCheckpoint(String name, String part) throws IOException {
    Path run = unfinished(name);
    inject(run, part, Tasks.of(name));
    Map<String, byte[]> before = TinyRun.saved(run.resolve("checkpoints"));
    assertThat(TinyRun.in(TinyRun.resume(run)).failure())
        .startsWith("stride: stopped in iteration 2")
        .contains(": not finite: ")
        .endsWith("; the last good state is " + CheckpointStore.of(run).newest());
    TinyRun.assertUnchanged(run.resolve("checkpoints"), before);
  }

  /** A simulation that breaks is begun anew, and what it led to is not learnt from. */
  @ParameterizedTest
  @CsvSource({"CartPole-v1, simulator", "Hopper-v5, simulator", "Hopper-v5, observation"})
  void aBrokenSimulationIsAnEpisodeThatDiverged(String name, String part) throws IOException {
    Path run = unfinished(name);
    inject(run, part, Tasks.of(name));
    List<String> args = new ArrayList<>(TinyRun.resume(run));
    args.add("--json");
    JsonNode result = TinyRun.in(args).json();
    assertThat(result.get("finished").booleanValue()).isTrue();
    assertThat(result.get("divergences").intValue()).isOne();
  }

  @Test
  void evaluatesNoParametersThatAreNoNumbers() throws IOException {
    Path run = unfinished("CartPole-v1");
    inject(run, "parameter", Tasks.of("CartPole-v1"));
    assertThat(Outcome.of("eval", run.toString()).complaint(1))
        .endsWith(".safetensors does not fit the configuration: parameter 0 is NaN");
  }
}
