package stride.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The vocabulary that metrics, profiles and benchmarks share. */
class StageTest {
  private static List<String> below(Stage parent) {
    return Arrays.stream(Stage.values())
        .filter(stage -> stage.parent().orElse(null) == parent)
        .map(Stage::key)
        .toList();
  }

  @Test
  void isTheVocabularyOfTheFiles() {
    assertThat(below(null)).containsExactly("rollout", "gae", "update", "eval", "other");
    assertThat(below(Stage.ROLLOUT))
        .containsExactly("policy", "physics", "observe", "reset", "values");
    assertThat(below(Stage.UPDATE))
        .containsExactly(
            "sample", "gather", "target", "forward", "backward", "reduce", "adam", "sync");
  }
}
