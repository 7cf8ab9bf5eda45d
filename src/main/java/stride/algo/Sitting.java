package stride.algo;

import stride.learn.UpdateMode;
import stride.parallel.Team;

/**
 * How a learner is computed here; no bit of its results depends on it.
 *
 * @param team threads; outlives the learner, which does not close it
 * @param updateMode how a device does an update; passed over on the host
 */
public record Sitting(Team team, UpdateMode updateMode) {
  /** On these threads, with the fastest way of updates. */
  public static Sitting on(Team team) {
    return new Sitting(team, UpdateMode.AUTO);
  }
}
