package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Are the tasks Gymnasium's? Trajectories that Gymnasium computed, replayed step for step.
 *
 * <p>{@code -Dstride.golden=DIR} takes other files of the same form; those of tasks not built are
 * skipped by name.
 */
class TaskAlignTest {
  @TempDir Path temp;

  static List<Path> goldenFiles() throws IOException {
    String folder = System.getProperty("stride.golden");
    try (Stream<Path> files = Files.list(folder == null ? GoldenEdit.folder() : Path.of(folder))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jsonl.gz"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("goldenFiles")
  void followsGymnasium(Path file) {
    switch (Alignment.replay(file)) {
      case Alignment.Skipped(Path _, String task) -> abort(task + " is not built");
      case Alignment.Compared result -> {
        assertThat(result.mismatch()).isEmpty();
        assertThat(result.maxAbsError())
            .as("%s at %s", result.task(), result.worst())
            .isLessThanOrEqualTo(Alignment.TOLERANCE);
        assertThat(result.isAligned()).isTrue();
        assertThat(result.steps()).isPositive();
      }
    }
  }

  @Test
  void skipsTasksThatAreNotBuilt() {
    Path ant = GoldenEdit.of("Ant-v5");
    assertThat(Alignment.replay(ant)).isEqualTo(new Alignment.Skipped(ant, "Ant-v5"));
  }

  // a comparison that would not see this would prove nothing
  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "Walker2d-v5", "HalfCheetah-v5", "InvertedPendulum-v5"})
  void noticesActionsThatAreOffByOneBillionth(String task) throws IOException {
    Path disturbed =
        GoldenEdit.edit(
            GoldenEdit.of(task),
            temp.resolve("disturbed.jsonl.gz"),
            line -> {
              if (line.get("action") instanceof ArrayNode action) {
                for (int k = 0; k < action.size(); k++) {
                  action.set(k, action.get(k).doubleValue() + 1e-9);
                }
              }
            });
    Alignment.Compared result = (Alignment.Compared) Alignment.replay(disturbed);
    assertThat(result.maxAbsError()).isGreaterThan(Alignment.TOLERANCE);
    assertThat(result.isAligned()).isFalse();
    assertThat(result.worst()).matches("line \\d+, (obs|state)\\[\\d+]|line \\d+, reward");
  }

  @Test
  void noticesAnotherChoiceInCartPole() throws IOException {
    Path disturbed =
        GoldenEdit.edit(
            GoldenEdit.of("CartPole-v1"),
            temp.resolve("disturbed.jsonl.gz"),
            line -> {
              if (line.has("action")) {
                line.put("action", 1 - line.get("action").intValue());
              }
            });
    assertThat(((Alignment.Compared) Alignment.replay(disturbed)).isAligned()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"terminated", "truncated"})
  void noticesEpisodesThatEndDifferently(String flag) throws IOException {
    boolean[] done = {false};
    Path disturbed =
        GoldenEdit.edit(
            GoldenEdit.of("Hopper-v5"),
            temp.resolve("disturbed.jsonl.gz"),
            line -> {
              if (!done[0] && isSet(line, flag)) {
                line.put(flag, false);
                done[0] = true;
              }
            });
    assertThat(done[0]).isTrue();
    Alignment.Compared result = (Alignment.Compared) Alignment.replay(disturbed);
    assertThat(result.mismatch()).contains(flag + "=true", "required: ");
    assertThat(result.isAligned()).isFalse();
  }

  @Test
  void noticesOneWrongNumber() throws IOException {
    int[] line = {0};
    Path disturbed =
        GoldenEdit.edit(
            GoldenEdit.of("Walker2d-v5"),
            temp.resolve("disturbed.jsonl.gz"),
            node -> {
              line[0]++;
              if (line[0] == 7) {
                ArrayNode obs = (ArrayNode) node.get("obs");
                obs.set(3, obs.get(3).doubleValue() + 1e-8);
              }
            });
    Alignment.Compared result = (Alignment.Compared) Alignment.replay(disturbed);
    assertThat(result.worst()).isEqualTo("line 7, obs[3]");
    assertThat(result.maxAbsError()).isBetween(0.99e-8, 1.01e-8);
  }

  private static boolean isSet(ObjectNode line, String flag) {
    return line.has(flag) && line.get(flag).booleanValue();
  }
}
