package stride.env;

import stride.options.OptionGroup;
import stride.options.OptionRule;
import stride.options.Range;

/**
 * What may be altered of an Atari game: how its screen is seen, and how it is played. Returns are
 * counted as the game does, so that runs remain comparable.
 *
 * @param frameSize height and width of a frame, to which the screen is reduced
 * @param history how many of the last frames policies see together
 * @param repeatActionProbability how likely the emulator repeats the action before instead of
 *     taking the new one, at each of the four screens of a step
 * @param noopMax how many screens at most an episode begins with in which nothing is done, drawn
 *     uniformly from 1 on; 0 for none
 * @param clipRewards whether only the sign of a reward is learnt from
 */
public record AtariOptions(
    @OptionRule(
            group = OptionGroup.TASK,
            numbers = {32, 84})
        int frameSize,
    @OptionRule(
            group = OptionGroup.TASK,
            numbers = {1, 2, 4})
        int history,
    @OptionRule(group = OptionGroup.TASK, range = Range.UNIT_INTERVAL)
        double repeatActionProbability,
    @OptionRule(group = OptionGroup.TASK, range = Range.NOT_NEGATIVE) int noopMax,
    @OptionRule(group = OptionGroup.TASK) boolean clipRewards) {
  /** Gymnasium's version 5, seen as its AtariPreprocessing and a stack of four frames show it. */
  static final AtariOptions PLAIN = new AtariOptions(84, 4, 0.25, 0, false);

  /** What is learnt from a step that changed the score so much. */
  double reward(int change) {
    return clipRewards ? Integer.signum(change) : change;
  }
}
