package stride.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import stride.files.AtomicFile;
import stride.files.Safetensors;
import stride.memory.Slab;
import stride.play.TrainingEvaluation;

/**
 * A learner's state in a safetensors file, and what it is a state of.
 *
 * <p>Equal states give equal files. One that was read owns its slabs: closing it, which is
 * idempotent, frees them.
 */
public final class Checkpoint implements AutoCloseable {
  /** Version of the file's form. */
  public static final int SCHEMA_VERSION = 1;

  private static final String PARAMETERS = "parameters";

  private final CheckpointInfo info;
  private final Safetensors content;

  private Checkpoint(CheckpointInfo info, Safetensors content) {
    this.info = info;
    this.content = content;
  }

  /** What this is a checkpoint of: from the file's metadata. */
  public CheckpointInfo info() {
    return info;
  }

  /** The state: in the file's order; freed with this checkpoint. */
  public SequencedMap<String, Slab> slabs() {
    return content.slabs();
  }

  /** That of the file: equal files have equal ones. */
  public String digest() {
    return content.digest();
  }

  /**
   * The mean return of the best evaluation that the learner has done while it trained.
   *
   * @return empty if it does not evaluate, or has not yet
   */
  OptionalDouble bestEvaluation() {
    return TrainingEvaluation.best(slabs());
  }

  /** The state to play the best policy from: with the best parameters, where they are kept. */
  public SequencedMap<String, Slab> bestSlabs() {
    if (bestEvaluation().isEmpty()) {
      return slabs();
    }
    SequencedMap<String, Slab> best = new LinkedHashMap<>(slabs());
    best.put(PARAMETERS, TrainingEvaluation.bestParameters(slabs()));
    return best;
  }

  @Override
  public void close() {
    content.close();
  }

  /**
   * Writes a file, whole or not at all; one that is there is replaced.
   *
   * @param file ends in {@code .safetensors}
   * @param info what it is a checkpoint of
   * @param slabs read only
   * @throws stride.files.FileException if it cannot be written; what was there before is still
   *     there
   */
  public static void write(
      Path file, CheckpointInfo info, SequencedMap<String, ? extends Slab> slabs) {
    write(file, info, slabs, AtomicFile.Disk.REAL);
  }

  static void write(
      Path file,
      CheckpointInfo info,
      SequencedMap<String, ? extends Slab> slabs,
      AtomicFile.Disk disk) {
    Safetensors.write(file, disk, SCHEMA_VERSION, info.metadata(), slabs);
  }

  /**
   * Reads what a file is a checkpoint of, and does not look at its slabs.
   *
   * @param file written by {@link #write}
   * @return from its metadata
   * @throws stride.files.DamagedFileException if it is truncated, or its header is corrupt
   * @throws stride.files.FileException if it cannot be read, or is of another version
   */
  public static CheckpointInfo readInfo(Path file) {
    return CheckpointInfo.of(file, Safetensors.readMetadata(file, SCHEMA_VERSION));
  }

  /**
   * Reads a file and checks every bit of it.
   *
   * @param file written by {@link #write}
   * @return its content, to be closed
   * @throws stride.files.DamagedFileException if it is truncated, corrupt or foreign
   * @throws stride.files.FileException if it cannot be read, or is of another version: it may be
   *     sound, so that nobody should go back before it unasked
   */
  public static Checkpoint read(Path file) {
    Safetensors content = Safetensors.read(file, SCHEMA_VERSION);
    try {
      return new Checkpoint(CheckpointInfo.of(file, content.metadata()), content);
    } catch (RuntimeException e) {
      content.close();
      throw e;
    }
  }
}
