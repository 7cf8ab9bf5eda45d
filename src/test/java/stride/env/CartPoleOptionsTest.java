package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.foreign.Arena;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.memory.IntSlab;

/** CartPole with altered rewards: what is learnt from changes, what is counted does not. */
class CartPoleOptionsTest {
  private static final int ENVS = 3;
  private static final int STEPS = 120; // a random pole falls after some 20
  private static final Task PLAIN = Tasks.of("CartPole-v1");

  private static Task altered(Map<String, JsonNode> options) {
    return TaskOptions.with(PLAIN, options);
  }

  /** Steps a task and the plain one with the same actions. */
  private interface Check {
    void step(Shard altered, StepOutputs its, StepOutputs plain);
  }

  private static void sideBySide(Task task, Check check) {
    try (Arena arena = Arena.ofConfined();
        Shard altered = new Shard(task, 0, ENVS, 7, ShardOptions.DEFAULTS);
        Shard plain = new Shard(PLAIN, 0, ENVS, 7, ShardOptions.DEFAULTS)) {
      StepOutputs its = StepOutputs.allocate(arena, ENVS, 4);
      StepOutputs others = StepOutputs.allocate(arena, ENVS, 4);
      IntSlab actions = IntSlab.allocate(arena, ENVS);
      altered.reset(its.obs(), 0, 4);
      plain.reset(others.obs(), 0, 4);
      for (int t = 0; t < STEPS; t++) {
        for (int env = 0; env < ENVS; env++) {
          actions.set(env, (t * (env + 2) / 3) % 2);
        }
        for (Shard shard : new Shard[] {altered, plain}) {
          shard.act(actions, 0);
          shard.advance();
        }
        altered.finish(its, 0, 0);
        plain.finish(others, 0, 0);
        check.step(altered, its, others);
      }
      assertThat(altered.finishedEpisodes().size()).isGreaterThan(ENVS);
      assertThat(altered.finishedEpisodes().size()).isEqualTo(plain.finishedEpisodes().size());
      for (int k = 0; k < plain.finishedEpisodes().size(); k++) {
        double score = altered.finishedEpisodes().episodeReturn(k);
        assertThat(score).isEqualTo(plain.finishedEpisodes().episodeReturn(k));
        assertThat(score).isEqualTo(altered.finishedEpisodes().length(k));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "angle_cost_weight,2,0.20943951023931953",
    "displacement_cost_weight,0,2.4",
    "velocity_cost_weight,1,1"
  })
  void eachTermTakesItsShareOffTheReward(String option, int coordinate, double limit) {
    final double weight = 0.75;
    Task task = altered(Map.of(option, DoubleNode.valueOf(weight)));
    sideBySide(
        task,
        (shard, its, plain) -> {
          assertThat(its.obs().sameBits(plain.obs())).isTrue();
          assertThat(its.terminated().sameBits(plain.terminated())).isTrue();
          for (int env = 0; env < ENVS; env++) {
            double value = Math.abs(shard.observations().get(4L * env + coordinate));
            assertThat(plain.rewards().get(env)).isOne();
            assertThat((double) its.rewards().get(env))
                .isCloseTo(1 - weight * value / limit, within(1e-7));
          }
        });
  }

  @Test
  void termsAddUp() {
    Task task =
        altered(
            Map.of(
                "angle_cost_weight", IntNode.valueOf(1),
                "displacement_cost_weight", DoubleNode.valueOf(0.5),
                "velocity_cost_weight", DoubleNode.valueOf(-0.25)));
    sideBySide(
        task,
        (shard, its, _) -> {
          for (int env = 0; env < ENVS; env++) {
            double x = Math.abs(shard.observations().get(4L * env));
            double speed = Math.abs(shard.observations().get(4L * env + 1));
            double angle = Math.abs(shard.observations().get(4L * env + 2));
            double expected = 1 - angle / (Math.PI / 15) - 0.5 * x / 2.4 + 0.25 * speed;
            assertThat((double) its.rewards().get(env)).isCloseTo(expected, within(1e-6));
          }
        });
  }

  @Test
  void aProblemIsTheTaskAndWhatWasChangedOfIt() {
    assertThat(TaskOptions.problem(PLAIN)).isEqualTo("CartPole-v1");
    assertThat(TaskOptions.areChanged(PLAIN)).isFalse();
    Task task = altered(Map.of("velocity_cost_weight", DoubleNode.valueOf(0.1)));
    assertThat(TaskOptions.areChanged(task)).isTrue();
    assertThat(TaskOptions.problem(task)).isEqualTo("CartPole-v1,velocity_cost_weight=0.1");
    assertThat(TaskOptions.ofProblem("CartPole-v1,velocity_cost_weight=1e-1").options())
        .isEqualTo(task.options());
    Task back = TaskOptions.with(task, Map.of("velocity_cost_weight", IntNode.valueOf(0)));
    assertThat(TaskOptions.areChanged(back)).isFalse();
  }

  @Test
  void refusesWhatIsImpossible() {
    assertThatThrownBy(() -> altered(Map.of("angle_weight", IntNode.valueOf(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CartPole-v1 has no option angle_weight");
    assertThatThrownBy(() -> altered(Map.of("angle_cost_weight", TextNode.valueOf("much"))))
        .hasMessage("angle_cost_weight=\"much\", required: number");
    assertThatThrownBy(
            () ->
                altered(Map.of("angle_cost_weight", DoubleNode.valueOf(Double.POSITIVE_INFINITY))))
        .hasMessage("angle_cost_weight=Infinity, required: finite");
    assertThatThrownBy(() -> TaskOptions.ofProblem("CartPole-v1,weight"))
        .hasMessage("CartPole-v1,weight, required: TASK, or TASK,OPTION=VALUE with its options");
  }
}
