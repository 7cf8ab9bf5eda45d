package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.AtomicFile;
import stride.files.DamagedFileException;
import stride.files.FileException;
import stride.files.Safetensors;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;

class CheckpointTest {
  private static final CheckpointInfo INFO =
      new CheckpointInfo("fake", "Fake-v0", 7, 12, 3072, 99.5, 10, null, null, null);

  private final FakeLearner learner = new FakeLearner(new FakeClock());
  @TempDir Path temp;

  @AfterEach
  void free() {
    learner.close();
  }

  private Path written() {
    learner.iterate(0.5);
    Path file = temp.resolve("a.safetensors");
    Checkpoint.write(file, INFO, learner.state());
    return file;
  }

  @Test
  void readsWhatWasWrittenBitForBit() {
    Path file = written();
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      assertThat(checkpoint.info()).isEqualTo(INFO);
      SequencedMap<String, Slab> state = learner.state();
      assertThat(checkpoint.slabs().keySet()).containsExactlyElementsOf(state.keySet());
      checkpoint
          .slabs()
          .forEach((name, slab) -> assertThat(slab.sameBits(state.get(name))).isTrue());
    }
  }

  @Test
  void saysWhatItIsOf() {
    try (Safetensors content = Safetensors.read(written(), Checkpoint.SCHEMA_VERSION)) {
      assertThat(content.metadata().keySet())
          .containsExactly(
              "schema_version",
              "algo",
              "task",
              "seed",
              "iteration",
              "env_steps",
              "best_return",
              "best_iteration",
              "sha256");
      assertThat(content.metadata())
          .containsEntry("schema_version", "1")
          .containsEntry("env_steps", "3072")
          .containsEntry("best_return", "99.5");
    }
  }

  @Test
  void keepsTheDigestsOfConfigurationAndCode() {
    var info = new CheckpointInfo("fake", "Fake-v0", 7, 12, 3072, Double.NaN, -1, "c0", "de", null);
    Path file = temp.resolve("b.safetensors");
    Checkpoint.write(file, info, learner.state());
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      assertThat(checkpoint.info()).isEqualTo(info);
    }
  }

  @ParameterizedTest
  @CsvSource({"evaluation, 1, true", "evaluation, 0, false", "valuation, 1, false"})
  void theBestParametersAreThoseOfEvaluations(String name, double evaluations, boolean plays) {
    SequencedMap<String, Slab> state = learner.state();
    try (Arena arena = Arena.ofConfined()) {
      state.put("parameters", FloatSlab.allocate(arena, 3));
      state.put("best_parameters", FloatSlab.allocate(arena, 3));
      DoubleSlab evaluation = DoubleSlab.allocate(arena, 4);
      evaluation.set(0, new double[] {20, 30, evaluations, 7});
      state.put(name, evaluation);
      Path file = temp.resolve("b.safetensors");
      Checkpoint.write(file, INFO, state);
      try (Checkpoint checkpoint = Checkpoint.read(file)) {
        assertThat(checkpoint.bestEvaluation())
            .isEqualTo(plays ? OptionalDouble.of(30) : OptionalDouble.empty());
        assertThat(checkpoint.bestSlabs().keySet()).isEqualTo(checkpoint.slabs().keySet());
        assertThat(checkpoint.bestSlabs().get("parameters"))
            .isSameAs(checkpoint.slabs().get(plays ? "best_parameters" : "parameters"));
      }
    }
  }

  @Test
  void equalStatesGiveEqualFiles() throws IOException {
    Path first = written();
    Path second = temp.resolve("b.safetensors");
    Checkpoint.write(second, INFO, learner.state());
    assertThat(second).hasSameBinaryContentAs(first);
    learner.iterate(0);
    Checkpoint.write(second, INFO, learner.state());
    assertThat(Files.mismatch(first, second)).isNotNegative();
  }

  @ParameterizedTest
  @CsvSource({
    "algo, , its metadata has no algo",
    "best_iteration, , its metadata has no best_iteration",
    "iteration, x, a number in its metadata is none",
    "best_return, high, a number in its metadata is none",
  })
  void refusesWholeFilesThatAreNoCheckpoints(String key, String value, String reason) {
    Path file = temp.resolve("policy.safetensors");
    SequencedMap<String, String> metadata = INFO.metadata();
    if (value == null) {
      metadata.remove(key);
    } else {
      metadata.put(key, value);
    }
    Safetensors.write(
        file, AtomicFile.Disk.REAL, Checkpoint.SCHEMA_VERSION, metadata, learner.state());
    assertThatThrownBy(() -> Checkpoint.read(file).close())
        .isInstanceOf(DamagedFileException.class)
        .hasMessage(file + ": not a checkpoint, " + reason);
  }

  @Test
  void isOfOneVersion() {
    Path file = temp.resolve("later.safetensors");
    Safetensors.write(
        file,
        AtomicFile.Disk.REAL,
        Checkpoint.SCHEMA_VERSION + 1,
        INFO.metadata(),
        learner.state());
    assertThatThrownBy(() -> Checkpoint.read(file).close())
        .isInstanceOf(FileException.class)
        .isNotInstanceOf(DamagedFileException.class)
        .hasMessage(file + ": schema_version=2, this Stride reads 1");
  }
}
