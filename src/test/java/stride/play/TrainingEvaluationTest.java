package stride.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import stride.collect.ActionRows;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.SavedState;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;

class TrainingEvaluationTest {
  private static final Task CARTPOLE = Tasks.of("CartPole-v1");
  private static final int EPISODES = 40; // more than there are environments

  private final Arena arena = Arena.ofConfined();
  private final FloatSlab parameters = FloatSlab.allocate(arena, 2);
  private final LeaningPolicy policy = new LeaningPolicy(parameters);
  private final TrainingEvaluation evaluation = make(10);

  private static TrainingEvaluation make(long every) {
    return new TrainingEvaluation(CARTPOLE, every, EPISODES, Shape.of(2), 5);
  }

  /** Pushes to the side that the pole leans, turns and moves to, as weights say. */
  private record LeaningPolicy(FloatSlab parameters) implements Policy {
    @Override
    public int observationStride() {
      return 4;
    }

    @Override
    public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
      assertThat(best).isTrue();
      for (int row = 0; row < n; row++) {
        float lean = parameters.get(0) * observations.get(4L * row + 2);
        float turn = parameters.get(1) * observations.get(4L * row + 3);
        float drift = 0.05f * observations.get(4L * row) + 0.09f * observations.get(4L * row + 1);
        actions.choices().set(row, lean + turn + parameters.get(0) * drift > 0 ? 1 : 0);
      }
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void free() {
    evaluation.close();
    evaluation.close();
    arena.close();
  }

  private void play(TrainingEvaluation which, long ended, float lean, float turn) {
    parameters.set(0, lean);
    parameters.set(1, turn);
    which.play(ended, policy, parameters);
  }

  @Test
  void isDueAtEveryTenthEpisode() {
    assertThat(evaluation.due(9)).isFalse();
    assertThat(evaluation.due(10)).isTrue();
    play(evaluation, 10, 1, 0);
    assertThat(evaluation.due(19)).isFalse();
    assertThat(evaluation.due(20)).isTrue();
    play(evaluation, 57, 1, 0);
    assertThat(evaluation.due(59)).as("those missed are not made up for").isFalse();
    assertThat(evaluation.due(60)).isTrue();
  }

  @Test
  void keepsTheBestAndTheEarlierOfEquals() {
    assertThat(evaluation.last()).isNaN();
    assertThat(evaluation.best()).isNaN();
    play(evaluation, 10, 0, 0); // falls at once
    double poor = evaluation.last();
    assertThat(poor).isBetween(8.0, 11.0);
    play(evaluation, 20, 1, 0.2f);
    double good = evaluation.last();
    assertThat(good).isGreaterThan(400);
    play(evaluation, 30, 0, 0);
    assertThat(evaluation.last()).isLessThan(11);
    assertThat(evaluation.best()).isEqualTo(good);
    assertThat(best(evaluation)).containsExactly(1, 0.2f);
    assertThat(evaluation.diagnostics().values()).containsExactly(evaluation.last(), good);
  }

  @Test
  void theEarlierOfEqualsStaysTheBest() {
    play(evaluation, 10, 1, 0.2f); // 500 in every episode
    assertThat(evaluation.best()).isEqualTo(500);
    play(evaluation, 20, 1, 0.25f);
    assertThat(evaluation.last()).isEqualTo(500);
    assertThat(best(evaluation)).containsExactly(1, 0.2f);
  }

  private static float[] best(TrainingEvaluation of) {
    return ((FloatSlab) of.state().get("best_parameters")).toArray();
  }

  @Test
  void aRestoredOneGoesOnWithTheSameEpisodes() {
    play(evaluation, 10, 1, 0);
    try (TrainingEvaluation restored = make(10)) {
      SavedState.copy(restored.state(), evaluation.state());
      assertThat(restored.best()).isEqualTo(evaluation.best());
      play(evaluation, 20, 1, 0);
      play(restored, 20, 1, 0);
      assertThat(restored.last()).isEqualTo(evaluation.last());
      assertThat(restored.due(20)).isFalse();
    }
  }

  @Test
  void eachPlaysEpisodesOfItsOwn() {
    play(evaluation, 10, 1, 0);
    double first = evaluation.last();
    play(evaluation, 20, 1, 0);
    assertThat(evaluation.last()).isNotEqualTo(first);
    try (var other = new TrainingEvaluation(CARTPOLE, 10, EPISODES, Shape.of(2), 6)) {
      play(other, 10, 1, 0);
      assertThat(other.last()).as("of another run").isNotEqualTo(first);
    }
  }

  @Test
  void neverMeansNever() {
    try (TrainingEvaluation never = make(0)) {
      assertThat(never.on()).isFalse();
      assertThat(List.of(never.due(0), never.due(Long.MAX_VALUE))).containsOnly(false);
      assertThat(never.state()).isEqualTo(Map.<String, Slab>of());
      assertThat(never.diagnostics()).isEmpty();
    }
  }

  @Test
  void impossibleOptionsAreNamed() {
    assertThatThrownBy(() -> TrainingEvaluation.check(-1, 1))
        .hasMessage("eval_every=-1, required: finite, >= 0");
    assertThatThrownBy(() -> TrainingEvaluation.check(0, 0))
        .hasMessage("eval_episodes=0, required: >= 1");
  }
}
