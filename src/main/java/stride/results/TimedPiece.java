package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import stride.learn.Stage;

/**
 * A piece of work whose times a profile keeps one by one.
 *
 * @param key its name in files
 * @param words what pages call it
 * @param sentence what one piece is
 */
public record TimedPiece(String key, String words, String sentence) {
  /** What the collector's clocks call a step. */
  public static final TimedPiece SHARD_STEP =
      new TimedPiece(
          "shard_step",
          "shard step",
          "One step of all environments of a thread, with the policy's decision.");

  /** What the learner's update clocks call a step; files have its name from minibatches. */
  public static final TimedPiece UPDATE_STEP =
      new TimedPiece(
          "minibatch",
          "update step",
          "One update of the parameters on one thread, its waits for the other threads included.");

  public static final TimedPiece ITERATION =
      new TimedPiece("iteration", "iteration", "One whole iteration: all of its stages.");

  /** In the order of an iteration: the update is there by its steps. */
  public static final List<TimedPiece> ALL = all();

  private static List<TimedPiece> all() {
    List<TimedPiece> all = new ArrayList<>(List.of(SHARD_STEP));
    for (Stage stage : Stage.values()) {
      if (stage.parent().isEmpty()) {
        all.add(
            switch (stage) {
              case UPDATE -> UPDATE_STEP;
              case OTHER -> ITERATION;
              default -> of(stage);
            });
      }
    }
    return List.copyOf(all);
  }

  private static TimedPiece of(Stage stage) {
    return new TimedPiece(
        stage.key(),
        stage.key(),
        "The stage %s of one iteration, from its beginning to its end.".formatted(stage.key()));
  }

  /**
   * Finds one.
   *
   * @param key its name in files
   * @return none if there is no such piece
   */
  public static Optional<TimedPiece> of(String key) {
    return ALL.stream().filter(piece -> piece.key().equals(key)).findFirst();
  }
}
