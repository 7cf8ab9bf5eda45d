package stride.lab.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import stride.algo.Sitting;
import stride.files.FileException;
import stride.lab.LabException;
import stride.learn.Learner;
import stride.parallel.Team;
import stride.results.ResultsFolder;
import stride.train.Code;
import stride.train.Installation;
import stride.train.RunFolder;
import stride.train.RunSpec;
import stride.train.TrainPlan;
import stride.train.TrainResult;
import stride.train.Trainer;

/**
 * Trains for some seconds at a fixed seed, to see that what is fast still learns.
 *
 * <p>The same seed gives the same return on all machines whose floats agree, so that a change of
 * the return tells of a change of the algorithm; the floor says only that it learns.
 */
public final class ShortTraining {
  private static final double WARM_UP_SECONDS = 2;

  private final RunSpec<?> spec;
  private final double floor;

  /**
   * A training that has yet to run.
   *
   * @param spec what is trained
   * @param floor the least return of the last 100 episodes that counts as learnt
   */
  public ShortTraining(RunSpec<?> spec, double floor) {
    this.spec = spec;
    this.floor = floor;
  }

  /**
   * What the training reached.
   *
   * @param schemaVersion of this form
   * @param preset the options
   * @param floor the least return of the last 100 episodes that counts as learnt
   * @param learnt whether it was reached
   * @param result of the run
   */
  public record Outcome(
      int schemaVersion, String preset, double floor, boolean learnt, TrainResult result) {

    /**
     * The outcome in a sentence.
     *
     * @return without a line break
     */
    public String sentence() {
      return "trained %s, %s, seed %d: return %s, %s its floor of %.0f, after %,d steps, %.1f s"
          .formatted(
              result.task(),
              preset,
              result.seed(),
              result.returnMeanLast100() == null
                  ? "none"
                  : "%.1f".formatted(result.returnMeanLast100()),
              learnt ? "above" : "BELOW",
              floor,
              result.envSteps(),
              result.seconds());
    }
  }

  /**
   * Trains in a folder that is gone afterwards.
   *
   * @param threads how many
   * @param progress takes a dot for every tenth of the run
   * @return what it reached
   * @throws LabException if there is no room for the folder
   */
  public Outcome run(int threads, PrintWriter progress) {
    Path scratch = scratch();
    try {
      TrainResult result = train(scratch.resolve("run"), threads, progress);
      boolean learnt = result.returnMeanLast100() != null && result.returnMeanLast100() >= floor;
      return new Outcome(ResultsFolder.SCHEMA_VERSION, spec.preset(), floor, learnt, result);
    } finally {
      delete(scratch);
    }
  }

  private TrainResult train(Path path, int threads, PrintWriter progress) {
    Code code = Installation.here().code(spec.task());
    TrainPlan plan = spec.plan(WARM_UP_SECONDS, code);
    try (Team team = new Team(threads);
        Learner learner = spec.learner(Sitting.on(team));
        RunFolder folder = RunFolder.create(path, spec.toJson())) {
      long tenth = Math.max(1, plan.iterations(learner) / 10);
      TrainResult result =
          new Trainer(
                  plan,
                  learner,
                  folder,
                  (done, _) -> {
                    if (done.iteration() % tenth == 0) {
                      progress.print('.');
                      progress.flush();
                    }
                  },
                  new AtomicBoolean())
              .start();
      progress.println();
      return result;
    }
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("stride-training-");
    } catch (IOException e) {
      throw new LabException("cannot make a folder for the training", e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> below = Files.walk(folder)) {
      List<Path> deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw FileException.cannot("remove", folder, e);
    }
  }
}
