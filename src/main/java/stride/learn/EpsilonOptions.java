package stride.learn;

import stride.options.Range;
import stride.options.Require;
import stride.options.Words;

/**
 * How epsilon falls, as users write it: the options that all methods with an epsilon share.
 *
 * @param startE epsilon at the start of the run
 * @param endE the least that it becomes
 * @param explorationFraction of the run's env steps that a linear schedule by steps takes
 * @param epsilonSchedule the form of the way, one of {@link Form}
 * @param epsilonBy what time is counted in, one of {@link Clock}
 * @param epsilonDecay the factor of an exponential schedule
 * @param explorationEpisodes that a linear schedule by episodes takes
 */
public record EpsilonOptions(
    double startE,
    double endE,
    double explorationFraction,
    String epsilonSchedule,
    String epsilonBy,
    double epsilonDecay,
    long explorationEpisodes) {

  /** How epsilon goes from its start to its end. */
  public enum Form {
    /** In a straight line. */
    LINEAR,
    /** By a factor. */
    EXPONENTIAL
  }

  /** What the time of a schedule is counted in. */
  public enum Clock {
    /** Env steps of all environments. */
    STEPS,
    /** Episodes that have ended. */
    EPISODES
  }

  /**
   * The schedule of a run.
   *
   * @param totalTimesteps env steps of the whole run
   * @throws IllegalArgumentException naming the option and its range
   */
  public EpsilonSchedule schedule(long totalTimesteps) {
    Require.require("start_e", startE, Range.UNIT_INTERVAL);
    Require.require("end_e", endE, Range.UNIT_INTERVAL);
    Require.require("end_e", endE, endE <= startE, "<= start_e=" + startE);
    Require.require("exploration_fraction", explorationFraction, Range.UNIT_INTERVAL);
    Require.require("epsilon_decay", epsilonDecay, Range.UNIT_INTERVAL);
    Require.require("exploration_episodes", explorationEpisodes, Range.NOT_NEGATIVE);
    boolean byEpisodes = Words.find("epsilon_by", epsilonBy, Clock.class) == Clock.EPISODES;
    return switch (Words.find("epsilon_schedule", epsilonSchedule, Form.class)) {
      case LINEAR ->
          new EpsilonSchedule.Linear(
              startE,
              endE,
              byEpisodes ? explorationEpisodes : explorationFraction * totalTimesteps,
              byEpisodes);
      case EXPONENTIAL -> new EpsilonSchedule.Exponential(startE, endE, epsilonDecay, byEpisodes);
    };
  }
}
