package stride.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.results.Revision;
import stride.train.ConfigFile;
import stride.train.RunRecord;
import stride.train.TrainProgress;

/**
 * A run as the page shows it.
 *
 * @param name how the page calls the folder
 * @param configuration of config.json, flat, without the seed: all that makes runs comparable; of a
 *     trial, its revision and machine too
 * @param record what its folder says
 * @param points one an iteration, from the first at which an episode had ended
 * @param failed why a trial ended early; null if it did not, or the run is none
 */
record RunData(
    String name, ObjectNode configuration, RunRecord record, List<Point> points, String failed) {
  private static final String TRIAL = "trial.json";

  /**
   * Mean return of the last 100 episodes at some time.
   *
   * @param envSteps done since the run began
   * @param seconds wall time since then
   * @param meanReturn of the episodes
   */
  record Point(double envSteps, double seconds, double meanReturn) {}

  /**
   * Reads a run, finished or not.
   *
   * @param folder of the run
   * @param name how the folder is called
   * @return what is in it
   * @throws FileException if a file has another form, or its iterations are out of order
   */
  static RunData read(Path folder, String name) {
    RunRecord run = RunRecord.read(folder);
    ObjectNode configuration = ConfigFile.flat(run.configuration());
    configuration.remove("seed");
    String failed = null;
    if (Files.exists(folder.resolve(TRIAL))) {
      JsonObject trial = JsonObject.of(folder.resolve(TRIAL), TrialResult.SCHEMA_VERSION);
      Origin origin = Origin.completed(trial).part("origin").as(Origin.class);
      configuration.put("revision", revision(origin)).put("machine", origin.machine().inFull());
      failed = trial.textOrNull("failed");
    }
    return new RunData(name, configuration, run, points(run), failed);
  }

  private static List<Point> points(RunRecord run) {
    List<Point> points = new ArrayList<>();
    double seconds = 0;
    for (TrainProgress iteration : run.iterations()) {
      seconds += iteration.seconds(); // each has those of its own
      if (iteration.returnMeanLast100() != null) {
        points.add(new Point(iteration.envSteps(), seconds, iteration.returnMeanLast100()));
      }
    }
    return points;
  }

  String task() {
    return record.task();
  }

  long seed() {
    return record.seed();
  }

  boolean isFinished() {
    return record.isFinished();
  }

  /** Changes of no commit are told apart by what was built of them, and so is what has none. */
  private static String revision(Origin origin) {
    boolean vague = origin.dirty() || !Revision.isKnown(origin.commit());
    return origin.revision() + (vague ? "-" + origin.shortCode() : "");
  }

  /** Whether another run did the same as far as both got: then it is this run again. */
  boolean repeats(RunData other) {
    int common = Math.min(points.size(), other.points.size());
    return seed() == other.seed()
        && IntStream.range(0, common)
            .allMatch(
                k ->
                    points.get(k).envSteps() == other.points.get(k).envSteps()
                        && points.get(k).meanReturn() == other.points.get(k).meanReturn());
  }
}
