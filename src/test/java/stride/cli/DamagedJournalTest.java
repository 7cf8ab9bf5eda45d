package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.train.CheckpointStore;

/**
 * What a user hears of a run whose memory is damaged: one line that names the file, and exit code
 * 1. Nothing that was saved is lost. {@link DamagedRunTest} has the other files.
 */
class DamagedJournalTest {
  private static final int ITERATIONS = 50;

  @TempDir static Path once;
  private static Path whole;

  @TempDir Path temp;
  private Path run; // its newest checkpoint is that of iteration 40
  private Path needed; // rows that this and any before it need
  private Path newest; // rows that only this needs

  @BeforeAll
  static void train() {
    whole = TinyRun.whole(TinyAlgorithm.DQN, once.resolve("whole"), ITERATIONS, "--hidden", "8");
  }

  @BeforeEach
  void copy() throws IOException {
    run = TinyRun.unfinished(whole, temp.resolve("run"));
    needed = rows(run, 20);
    newest = rows(run, 40);
  }

  private static Path rows(Path run, int iteration) {
    return run.resolve("replay/rows-%08d.safetensors".formatted(iteration));
  }

  private Outcome resume() {
    return TinyRun.in(TinyRun.resume(run));
  }

  private void assertRefused(String complaint) throws IOException {
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(resume().failure()).startsWith("stride: " + complaint);
    TinyRun.assertUnchanged(run, before);
  }

  /** Rows of the same name of a run that differs in one option. */
  private Path foreign(String option, String value) {
    Path other = temp.resolve("other");
    TinyRun.whole(TinyAlgorithm.DQN, other, ITERATIONS, "--hidden", "8", option, value);
    return rows(other, 20);
  }

  private void damage(Path file, String how) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    switch (how) {
      case "flipped" -> {
        bytes[bytes.length * 3 / 4] ^= 1;
        Files.write(file, bytes);
      }
      case "flipped in its header" -> {
        bytes[100] ^= 1;
        Files.write(file, bytes);
      }
      case "halved" -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      case "emptied" -> Files.write(file, new byte[0]);
      case "missing" -> Files.delete(file);
      case "a folder" -> {
        Files.delete(file);
        Files.createDirectory(file);
      }
      case "of another seed" -> replace(file, foreign("--seed", "2"));
      case "of another run" -> replace(file, foreign("--start-e", "0.5"));
      case "of another iteration" -> replace(file, newest);
      default -> throw new IllegalArgumentException(how);
    }
  }

  private static void replace(Path file, Path by) throws IOException {
    Files.copy(by, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @ParameterizedTest
  @CsvSource({
    "flipped, 'corrupt, its content is not what was written'",
    "flipped in its header, ''",
    "halved, 'truncated, '",
    "emptied, 'truncated, '",
    "missing, 'missing, and '",
    "a folder, 'cannot read: '",
    "of another seed, 'of another run or state, not the file that '",
    "of another run, 'of another run or state, not the file that '",
    "of another iteration, 'of another run or state, not the file that '",
  })
  void namesTheRowsThatARunCannotGoOnWithout(String how, String complaint) throws IOException {
    damage(needed, how);
    assertRefused(needed + ": " + complaint);
    // its policy needs no memory
    assertThat(Outcome.of("eval", run.toString(), "--episodes", "1").exitCode()).isZero();
  }

  @Test
  void namesTheFirstThatItNeedsIfAllAreGone() throws IOException {
    for (int iteration : List.of(20, 40, 50)) {
      Files.deleteIfExists(rows(run, iteration));
    }
    Files.delete(run.resolve("replay"));
    assertRefused(newest + ": missing, and " + CheckpointStore.of(run).newest() + " needs");
  }

  @Test
  void aFinishedRunNeedsNoMemory() throws IOException {
    run = TinyRun.copy(whole, temp.resolve("finished"));
    for (int iteration : List.of(20, 40, 50)) {
      Files.delete(rows(run, iteration));
    }
    Outcome outcome = resume();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }
}
