package stride.dqn;

import java.util.List;

/**
 * Mistakes that implementations of value methods really make, as changes of the sources, each with
 * a test that must notice it.
 */
enum PlantedDefect {
  /** The next observation of a truncated episode is the first of the episode after it. */
  TERMINAL_OBSERVATION_NOT_USED(
      "replay/ReplayGather",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "if ((lasts[k] & ReplayMemory.TRUNCATED) != 0) { final long terminal",
      "if (lasts[k] < 0) { final long terminal"),

  /** A time limit counts as an end after which nothing comes. */
  TIME_LIMIT_AS_TERMINATION(
      "replay/ReplayGather",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "terminated = (lasts[k] & ReplayMemory.TERMINATED) != 0;",
      "terminated = lasts[k] != 0;"),

  /** Values are relied on after an episode has terminated. */
  BOOTSTRAP_OVER_TERMINATIONS(
      "replay/ReplayGather",
      "stride.replay.RingModelTest#isAListOfTransitions[39]",
      "terminated ? 0 : powers[steps[k]]",
      "powers[steps[k]]"),

  /** The rewards of n steps are those of the next episode too. */
  N_STEPS_OVER_THE_END(
      "replay/ReplayGather",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "if (lasts[k] != 0 || steps[k] < step) {",
      "if (steps[k] < step) {"),

  /** The value after n steps is discounted as after one. */
  DISCOUNT_OF_ONE_STEP(
      "replay/ReplayGather",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "terminated ? 0 : powers[steps[k]]",
      "terminated ? 0 : powers[1]"),

  /** The newest observation may be drawn, with what was done at that place a ring ago. */
  NEWEST_OBSERVATION_DRAWN(
      "replay/UniformSampler",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "final long oldest = memory.firstUsable(steps);",
      "steps++; final long oldest = memory.firstUsable(steps);"),

  /** Transitions are drawn whose rewards of n steps are not complete. */
  UNFINISHED_REWARDS_DRAWN(
      "replay/ReplayMemory",
      "stride.replay.RingModelTest#isAListOfTransitions[12]",
      "if (end != 0 || after >= nStep) {",
      "if (end != 0 || after >= 1) {"),

  /** A new transition has the priority of the one whose place it has taken. */
  PRIORITY_OF_THE_TRANSITION_BEFORE(
      "replay/PrioritySampler",
      "stride.replay.PrioritySamplerTest#prioritiesOfLearntTransitionsStayUntilTheyAreReplaced",
      "priorities.dismiss(row + env);",
      "priorities.of(row + env);"),

  /** Importance weights are not divided by the largest of the batch. */
  WEIGHTS_NOT_NORMALISED(
      "replay/PrioritySampler",
      "stride.replay.PrioritySamplerTest#partsOfABatchAreThoseOfTheWhole",
      "priorities.weight(weights.get(k), least)",
      "priorities.weight(weights.get(k), 1)"),

  /** They are divided by the largest of one thread's rows. */
  WEIGHTS_NORMALISED_BY_PART(
      "replay/PrioritySampler",
      "stride.replay.PrioritySamplerTest#partsOfABatchAreThoseOfTheWhole",
      "least = Math.min(least, found[k]); if (first + k >= from && first + k < to) {",
      "if (first + k >= from && first + k < to) { least = Math.min(least, found[k]);"),

  /** Every part of a batch is weighed as the first. */
  WEIGHTS_OF_THE_FIRST_PART(
      "dqn/DqnUpdate",
      "stride.dqn.TextbookTest#updatesAreThoseOfATextbook[3]",
      "weights, from, 1f",
      "weights, 0, 1f"),

  /** Priorities stay as they were when the transitions came. */
  PRIORITIES_NOT_RENEWED(
      "dqn/DqnUpdate",
      "stride.dqn.TextbookTest#prioritiesAreThoseOfTheLastErrors",
      "priorities.renew(rows, errors, config.batches().size());",
      "rows.get(0);"),

  /** The target network also chooses the action that it judges. */
  DOUBLE_Q_CHOSEN_BY_THE_TARGET(
      "dqn/PartLoss",
      "stride.dqn.ReferenceDqnTest#targetsErrorsAndGradientsAreThoseOfPytorch[1]",
      "network.values(parameters, next, 0, rows, choosing);",
      "network.values(targetParameters, next, 0, rows, choosing);"),

  /** The learnt network judges the action that it has chosen. */
  NO_TARGET_NETWORK(
      "dqn/PartLoss",
      "stride.dqn.ReferenceDqnTest#targetsErrorsAndGradientsAreThoseOfPytorch[0]",
      "network.values(targetParameters, next, 0, rows, nextOutputs);",
      "network.values(parameters, next, 0, rows, nextOutputs);"),

  /** The target network becomes what the learnt one was before its last step. */
  TARGET_COPIED_ONE_UPDATE_LATE(
      "dqn/DqnUpdate",
      "stride.dqn.DqnUpdateTest#aHardTargetIsACopy",
      "follow(member, config.following().times(number, steps)); if (index == 0) {",
      "if (index == 0) {",
      "member.copy.step(",
      "follow(member, config.following().times(number, steps)); member.copy.step("),

  /** The target network follows by the steps of one environment. */
  TARGET_BY_STEPS_OF_ONE_ENVIRONMENT(
      "dqn/DqnConfig",
      "stride.dqn.TextbookTest#updatesAreThoseOfATextbook[0]",
      "final long envSteps = steps * numEnvs;",
      "final long envSteps = steps;"),

  /** Epsilon falls by the steps of one environment. */
  EPSILON_BY_STEPS_OF_ONE_ENVIRONMENT(
      "dqn/DqnActor",
      "stride.dqn.DqnActorTest#theScheduleGoesByEnvStepsOfAllEnvironmentsOrByEpisodes",
      "epsilon(step * numEnvs + env)",
      "epsilon(step)"),

  /** A run that goes on sees other last observations of truncated episodes. */
  TERMINAL_OBSERVATIONS_NOT_RESUMED(
      "replay/RingJournal",
      "stride.replay.JournalTest#goesOnWithTheSameBits[0]",
      "copyTerminal(rows.get(TERMINALS), terminal, memory.terminals(), terminalRow(k, ends));",
      "terminalRow(k, ends);"),

  /** A table's value of a truncated episode's end is that of the next one's beginning. */
  CELL_OF_THE_NEXT_EPISODE(
      "qtable/TableCollector",
      "stride.qtable.QTableLearnerTest#computesWhatATextbookDoes[0]",
      "truncated.get(env) == 0 ? present.get(env)",
      "truncated.get(env) < 2 ? present.get(env)"),

  /** A table's epsilon falls by the steps of one environment. */
  EPSILON_OF_A_TABLE_BY_STEPS_OF_ONE_ENVIRONMENT(
      "qtable/QTableLearner",
      "stride.qtable.QTableLearnerTest#computesWhatATextbookDoes[0]",
      "epsilons.at(collector.shard().steps() * options.numEnvs(),",
      "epsilons.at(collector.shard().steps(),"),

  /** The parameters that are kept as the best are the last. */
  LAST_KEPT_FOR_THE_BEST(
      "play/TrainingEvaluation",
      "stride.play.TrainingEvaluationTest#keepsTheBestAndTheEarlierOfEquals",
      "evaluation.get(COUNT) == 0 || mean > evaluation.get(BEST)",
      "mean > 0");

  private final String source;
  private final String test;

  @SuppressWarnings("ImmutableEnumChecker") // of List.of
  private final List<String> edits;

  /**
   * A mistake.
   *
   * @param source a class below stride, without suffix
   * @param test class, method, and for some the number of its arguments
   * @param edits what stands once in the source, and what to put in its place, by turns
   */
  PlantedDefect(String source, String test, String... edits) {
    this.source = source;
    this.test = test;
    this.edits = List.of(edits);
  }

  String source() {
    return source;
  }

  String test() {
    return test;
  }

  /** Puts the mistake into its source. */
  String plant(String sound) {
    String text = sound;
    for (int k = 0; k < edits.size(); k += 2) {
      text = PlantedClasses.replaceOnce(text, edits.get(k), edits.get(k + 1));
    }
    return text;
  }
}
