package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.memory.Shape;

/** What may be altered of Pong; needs no emulator. */
class AtariOptionsTest {
  private static final Task PONG = Tasks.of("ALE/Pong-v5");

  @Test
  void shapeWhatIsSeen() {
    Task small =
        TaskOptions.with(
            PONG, Map.of("frame_size", IntNode.valueOf(32), "history", IntNode.valueOf(2)));
    assertThat(small.spec().observationShape()).isEqualTo(Shape.of(32, 32));
    assertThat(small.spec().history()).isEqualTo(2);
    assertThat(small.spec().inputElements()).isEqualTo(32 * 32 * 2);
    assertThat(small.spec().maxEpisodeSteps()).isEqualTo(27_000);
    assertThat(TaskOptions.problem(small)).isEqualTo("ALE/Pong-v5,frame_size=32,history=2");
    assertThat(TaskOptions.ofProblem("ALE/Pong-v5,frame_size=32,history=2").options())
        .isEqualTo(small.options());
  }

  @Test
  void areGymnasiumsUnlessTheyAreChanged() throws IOException {
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                """
                {"frame_size": 84, "history": 4, "repeat_action_probability": 0.25,
                 "noop_max": 0, "clip_rewards": false}
                """);
    assertThat(TaskOptions.json(PONG).toString()).isEqualTo(expected.toString());
    assertThat(TaskOptions.areChanged(PONG)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "frame_size, 64, one of 32$ 84",
    "frame_size, 0, one of 32$ 84",
    "history, 3, one of 1$ 2$ 4",
    "repeat_action_probability, 1.5, in [0$ 1]",
    "repeat_action_probability, -0.1, in [0$ 1]",
    "noop_max, -1, finite$ >= 0",
  })
  void areRefusedOutOfTheirRanges(String option, double value, String range) {
    boolean whole = !option.startsWith("repeat");
    JsonNode given = whole ? IntNode.valueOf((int) value) : DoubleNode.valueOf(value);
    assertThatThrownBy(() -> TaskOptions.with(PONG, Map.of(option, given)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(option + "=" + given + ", required: " + range.replace('$', ','));
  }

  @Test
  void sayWhichNumbersThereAre() {
    assertThat(TaskOptions.find(PONG, "frame_size").orElseThrow().range())
        .isEqualTo("one of 32, 84");
    assertThat(TaskOptions.find(PONG, "history").orElseThrow().sentence())
        .startsWith("how many of the last frames");
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 1, 1", "-1, -1, -1", "7, 7, 1", "-200, -200, -1"})
  void clippedRewardsAreSigns(int change, double plain, double clipped) {
    assertThat(AtariOptions.PLAIN.reward(change)).isEqualTo(plain);
    assertThat(new AtariOptions(84, 4, 0.25, 0, true).reward(change)).isEqualTo(clipped);
  }
}
