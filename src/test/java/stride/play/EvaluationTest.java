package stride.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.collect.Rollout;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.NotFiniteException;
import stride.learn.UpdateMode;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.ppo.Ppo;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;

/** Evaluations that cannot go well; those that do are the command's tests. */
class EvaluationTest {
  private static final Task HOPPER = Tasks.of("Hopper-v5");
  private static final PpoOptions OPTIONS = new Ppo().preset("cleanrl", HOPPER);

  private final Team team = new Team(1);
  private final PpoLearner learner =
      new PpoLearner(
          HOPPER, OPTIONS.policy(HOPPER), Backend.CPU, team, OPTIONS.config(1), UpdateMode.AUTO);

  @AfterEach
  void free() {
    learner.close();
    team.close();
  }

  private static Evaluation.Result evaluate(Map<String, Slab> state, int episodes) {
    try (Policy policy = new Ppo().policy(OPTIONS, HOPPER, state, 3);
        Evaluation evaluation = new Evaluation(HOPPER, policy, episodes, false, 3)) {
      return evaluation.run();
    }
  }

  @Test
  void playsWithTheStateOfARunThatHasNotStepped() {
    Evaluation.Result result = evaluate(learner.state(), 2);
    assertThat(result.episodes()).isEqualTo(2);
    assertThat(result.divergences()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "31, 31", "32, 32", "33, 17", "64, 32", "100, 25", "101, 26"})
  void hasNoMoreEnvironmentsThanShareTheEpisodesEvenly(int episodes, int environments) {
    assertThat(Evaluation.environments(episodes)).isEqualTo(environments);
  }

  /** Finite parameters that lead to infinite means and deviations, and so to infinity minus it. */
  private SequencedMap<String, Slab> stateThatBreaksTheSimulation() {
    SequencedMap<String, Slab> state = learner.state();
    FloatSlab parameters = (FloatSlab) state.get("parameters");
    for (long k = 0; k < parameters.length(); k++) {
      parameters.set(k, Float.MAX_VALUE);
    }
    return state;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void givesUpWhereNoEpisodeComesToAnEnd(int episodes) {
    SequencedMap<String, Slab> state = stateThatBreaksTheSimulation();
    assertThatThrownBy(() -> evaluate(state, episodes))
        .isInstanceOf(NotFiniteException.class)
        .hasMessageStartingWith("gave up: the simulation diverged ")
        .hasMessageContaining(" times, and only 0 of " + episodes + " episodes came to an end; ")
        .hasMessageContaining("environment ")
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void refusesParametersThatAreNoNumbers(float value) {
    SequencedMap<String, Slab> state = learner.state();
    ((FloatSlab) state.get("parameters")).set(17, value);
    assertThatThrownBy(() -> evaluate(state, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter 17 is " + value);
  }

  @Test
  void refusesStatisticsThatAreNoNumbers() {
    SequencedMap<String, Slab> state = learner.state();
    DoubleSlab rollout = (DoubleSlab) state.get(Rollout.STATE);
    rollout.set(0, 1); // as after the first rollout: they follow
    rollout.set(3, Double.NaN);
    assertThatThrownBy(() -> evaluate(state, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("number 2 of the statistics is NaN");
  }

  @Test
  void refusesStatesOfOtherRuns() {
    assertRefused("parameters", "parameters=null, required: FloatSlab[");
    assertRefused(Rollout.STATE, "no statistics of observations");
  }

  private void assertRefused(String missing, String message) {
    SequencedMap<String, Slab> state = new LinkedHashMap<>(learner.state());
    state.remove(missing);
    assertThatThrownBy(() -> evaluate(state, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void closesTwice() {
    Policy policy = new Ppo().policy(OPTIONS, HOPPER, learner.state(), 3);
    Evaluation evaluation = new Evaluation(HOPPER, policy, 1, true, 3);
    evaluation.close();
    evaluation.close();
    policy.close();
    policy.close();
  }
}
