package stride.train;

import java.nio.file.Path;
import stride.learn.Learner;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/**
 * What a run began from that did not begin from random parameters.
 *
 * @param run folder of the other run
 * @param checkpoint its newest one
 * @param iteration of that
 * @param digest of that
 */
public record InitialParameters(String run, String checkpoint, long iteration, String digest) {
  private static final String PARAMETERS = "parameters";

  /**
   * Gives a learner that has not begun the parameters of another run. All else is as it was: the
   * optimiser, statistics, environments.
   *
   * @param from folder of the other run
   * @param algo the learner's algorithm
   * @param learner in its first state
   * @return what to keep with the new run, which needs nothing more of the other
   * @throws TrainException if the other is of another algorithm or layout
   * @throws stride.files.FileException if its newest checkpoint is damaged
   */
  public static InitialParameters give(Path from, String algo, Learner learner) {
    RunFolder.readConfig(from);
    Path file = CheckpointStore.of(from).newest();
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      CheckpointInfo info = checkpoint.info();
      if (!info.algo().equals(algo)) {
        throw new TrainException(
            "%s is of algo=%s, required: algo=%s".formatted(file, info.algo(), algo));
      }
      Slab first = learner.state().get(PARAMETERS);
      Slab others = checkpoint.slabs().get(PARAMETERS);
      if (!(first instanceof FloatSlab)
          || !(others instanceof FloatSlab given)
          || !given.shape().equals(first.shape())) {
        throw new TrainException(
            "%s has parameters=%s, required: those of the new run, %s"
                .formatted(file, others, first));
      }
      learner.beginWith(given);
      return new InitialParameters(
          from.toString(), file.toString(), info.iteration(), checkpoint.digest());
    }
  }
}
