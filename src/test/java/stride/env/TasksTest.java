package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.Shape;

class TasksTest {
  @Test
  void knowsItsTasksByGymnasiumsNames() {
    assertThat(Tasks.ids())
        .containsExactly(
            "Hopper-v5",
            "Walker2d-v5",
            "HalfCheetah-v5",
            "InvertedPendulum-v5",
            "CartPole-v1",
            "ALE/Pong-v5");
    for (String id : Tasks.ids()) {
      assertThat(Tasks.contains(id)).isTrue();
      assertThat(Tasks.of(id).spec().id()).isEqualTo(id);
      assertThat(Tasks.of(id)).hasToString(id);
    }
    assertThat(Tasks.contains("Ant-v5")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "Hopper-v5, 11, 3, 1, 1000, 4, 0.008",
    "Walker2d-v5, 17, 6, 1, 1000, 4, 0.008",
    "HalfCheetah-v5, 17, 6, 1, 1000, 5, 0.05",
    "InvertedPendulum-v5, 4, 1, 3, 1000, 2, 0.04",
  })
  void describesItself(
      String id, int obs, int actions, float bound, int limit, int frameSkip, double dt) {
    assertThat(Tasks.of(id).spec())
        .isEqualTo(
            new EnvSpec(
                id,
                Shape.of(obs),
                ObservationType.F32,
                ActionSpace.Box.symmetric(actions, bound),
                limit,
                frameSkip,
                dt));
  }

  @Test
  void describesCartPole() {
    assertThat(Tasks.of("CartPole-v1").spec())
        .isEqualTo(
            new EnvSpec(
                "CartPole-v1",
                Shape.of(4),
                ObservationType.F32,
                new ActionSpace.Discrete(2),
                500,
                1,
                0.02));
  }

  @Test
  void describesPong() {
    assertThat(Tasks.of("ALE/Pong-v5").spec())
        .isEqualTo(
            new EnvSpec(
                "ALE/Pong-v5",
                Shape.of(84, 84),
                ObservationType.U8,
                new ActionSpace.Discrete(6),
                27_000,
                4,
                4 / 60.0,
                4));
    assertThat(Tasks.of("ALE/Pong-v5").spec().inputElements()).isEqualTo(84 * 84 * 4);
  }

  @ParameterizedTest
  @CsvSource({
    "Hoper-v5, Hopper-v5",
    "hopper-v5, Hopper-v5",
    "Hopper-v4, Hopper-v5",
    "Halfcheeta-v5, HalfCheetah-v5",
    "CartPole, CartPole-v1",
    "Pong-v5, ALE/Pong-v5",
    "ALE/Pong-v4, ALE/Pong-v5",
    "pong-v4, ALE/Pong-v5",
  })
  void proposesTheNearestName(String wrong, String right) {
    assertThatThrownBy(() -> Tasks.of(wrong))
        .isInstanceOf(UnknownTaskException.class)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("unknown task " + wrong + ", did you mean " + right + "?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Tetris-v0"})
  void listsAllNamesWhereNoneIsNear(String wrong) {
    assertThatThrownBy(() -> Tasks.of(wrong))
        .hasMessage(
            "unknown task "
                + wrong
                + ", known: Hopper-v5, Walker2d-v5, HalfCheetah-v5, InvertedPendulum-v5,"
                + " CartPole-v1, ALE/Pong-v5");
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "abc, abc, 0", "abc, '', 3", "kitten, sitting, 3", "ab, ba, 2"})
  void countsEdits(String from, String to, int distance) {
    assertThat(Nearest.editDistance(from, to)).isEqualTo(distance);
    assertThat(Nearest.editDistance(to, from)).isEqualTo(distance);
  }

  @Test
  void namesTheMissingModelFileAndTheRemedy() {
    String before = System.getProperty("stride.assets");
    System.setProperty("stride.assets", "/nowhere");
    try {
      assertThatThrownBy(() -> new Shard(Tasks.of("Hopper-v5"), 0, 1, 1, ShardOptions.DEFAULTS))
          .isInstanceOf(MissingModelException.class)
          .hasMessage("no model file /nowhere/hopper.xml: run `make build`");
    } finally {
      if (before == null) {
        System.clearProperty("stride.assets");
      } else {
        System.setProperty("stride.assets", before);
      }
    }
  }
}
