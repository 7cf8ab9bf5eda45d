package stride.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a space holds, and what is drawn from it. */
class SpaceTest {
  private static final int DRAWS = 2000;

  private static double[] draws(String option, String domain) {
    Space space = Fakes.space("{\"%s\": %s}".formatted(option, domain));
    return IntStream.range(0, DRAWS)
        .mapToDouble(number -> space.draw(1, number).get(option).doubleValue())
        .toArray();
  }

  private static double shareBelow(double bound, double[] values) {
    return Arrays.stream(values).filter(value -> value < bound).count() / (double) values.length;
  }

  // of 2000 draws, a share of a half is known to within 0.045 at four standard deviations
  private static final double SHARE_TOLERANCE = 0.045;

  @Test
  void rangesAreUniform() {
    double[] drawn = draws("gamma", "{\"range\": [0.9, 0.98]}");
    assertThat(Arrays.stream(drawn)).allMatch(value -> value >= 0.9 && value <= 0.98);
    assertThat(shareBelow(0.94, drawn)).isCloseTo(0.5, within(SHARE_TOLERANCE));
    assertThat(shareBelow(0.92, drawn)).isCloseTo(0.25, within(SHARE_TOLERANCE));
  }

  @Test
  void logRangesAreUniformInTheirLogarithm() {
    double[] drawn = draws("learning_rate", "{\"log\": [1e-5, 1e-1]}");
    assertThat(Arrays.stream(drawn)).allMatch(value -> value >= 1e-5 && value <= 1e-1);
    assertThat(shareBelow(1e-3, drawn)).isCloseTo(0.5, within(SHARE_TOLERANCE));
    assertThat(shareBelow(1e-4, drawn)).isCloseTo(0.25, within(SHARE_TOLERANCE));
  }

  @Test
  void numbersAreAsShortAsOneWouldTypeThem() {
    for (double value : draws("learning_rate", "{\"log\": [1e-5, 1e-1]}")) {
      assertThat(BigDecimal.valueOf(value).stripTrailingZeros().precision()).isLessThanOrEqualTo(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"range, 0.25", "log, 0.431"}) // of [1, 4]: 1 of 4 values; ln 2 / ln 5
  void wholeNumbersComeWithBothEnds(String kind, double shareOfTheLeast) {
    double[] drawn = draws("num_envs", "{\"%s\": [1, 4]}".formatted(kind));
    assertThat(drawn).contains(1, 2, 3, 4);
    assertThat(Arrays.stream(drawn)).allMatch(value -> value == Math.rint(value));
    assertThat(shareBelow(1.5, drawn)).isCloseTo(shareOfTheLeast, within(SHARE_TOLERANCE));
    assertThat(Arrays.stream(drawn)).allMatch(value -> value >= 1 && value <= 4);
  }

  @Test
  void choicesAreEquallyProbable() {
    double[] drawn = draws("num_steps", "{\"choice\": [128, 256, 512]}");
    for (double value : List.of(128.0, 256.0, 512.0)) {
      assertThat(Arrays.stream(drawn).filter(its -> its == value).count() / (double) DRAWS)
          .isCloseTo(1 / 3.0, within(SHARE_TOLERANCE));
    }
    Space lists = Fakes.space("{\"hidden\": {\"choice\": [[8], [8, 16]]}}");
    assertThat(IntStream.range(0, 50).mapToObj(number -> lists.draw(1, number).get("hidden")))
        .contains(Fakes.json("[8]"), Fakes.json("[8, 16]"));
  }

  @Test
  void drawsDependOnTheSeedAndTheNumberAlone() {
    String options = "\"gamma\": {\"range\": [0.9, 0.99]}, \"num_envs\": {\"choice\": [1, 2, 4]}";
    Space space = Fakes.space("{" + options + "}");
    Space otherOrder =
        Fakes.space("{\"num_envs\": {\"choice\": [1, 2, 4]}, \"gamma\": {\"range\": [0.9, 0.99]}}");
    assertThat(space.draw(7, 3)).isEqualTo(space.draw(7, 3)).isEqualTo(otherOrder.draw(7, 3));
    assertThat(space.draw(7, 3)).isNotEqualTo(space.draw(7, 4)).isNotEqualTo(space.draw(8, 3));
    List<Configuration> few = Configuration.draw(space, Fakes.RULES, 7, 5);
    assertThat(Configuration.draw(space, Fakes.RULES, 7, 20))
        .startsWith(few.toArray(Configuration[]::new));
  }

  @Test
  void theBaseComesFirstAndNothingComesTwice() {
    Space space =
        Fakes.space(
            "{\"num_envs\": {\"choice\": [1, 2, 4]}, \"gamma\": {\"choice\": [0.99, 0.9]}}");
    List<Configuration> all = Configuration.draw(space, Fakes.RULES, 1, 100);
    assertThat(all).hasSize(6).extracting(Configuration::config).doesNotHaveDuplicates();
    assertThat(all).extracting(Configuration::number).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(all.getFirst().isBase()).isTrue();
    assertThat(all.getFirst().options()).isEmpty();
    assertThat(all)
        .extracting(Configuration::name)
        .contains("base", "gamma=0.9", "num_envs=4")
        .contains("gamma=0.9,num_envs=1");
  }

  @Test
  void whatIsImpossibleTogetherIsRefused() {
    Space space =
        Fakes.space("{\"gamma\": {\"choice\": [0.5, 7]}, \"num_envs\": {\"choice\": [3]}}");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Configuration.draw(space, Fakes.RULES, 1, 20))
        .withMessage("the space allows gamma=7,num_envs=3: gamma=7.0, required: in [0, 1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"schema_version\": 1} | options=null, required: an object with one option or more",
        "{\"schema_version\": 1, \"options\": {}} | options={}, required: an object with one",
        "{\"schema_version\": 1, \"option\": {}} | unknown key option, there are [schema_version,",
      })
  void refusesAnotherForm(String json, String complaint) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Space.of((ObjectNode) Fakes.json(json), Fakes.RULES))
        .withMessageStartingWith(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "gama | {\"choice\": [1]} | unknown option gama",
        "gamma | {\"choice\": []} | gamma={\"choice\":[]}, required: one value or more",
        "gamma | 0.9 | gamma=0.9, required: {\"choice\": [VALUE, ...]}, {\"range\": ",
        "gamma | {\"values\": [1]} | gamma={\"values\":[1]}, required: {\"choice\": ",
        "gamma | {\"choice\": [1], \"log\": [1, 2]} | gamma={\"choice\":[1],\"log\":[1,2]},"
            + " required: ",
        "gamma | {\"range\": [0.9, 0.8]} | gamma={\"range\":[0.9,0.8]}, required: two numbers, LOW"
            + " < HIGH",
        "gamma | {\"range\": [0.9]} | gamma={\"range\":[0.9]}, required: two numbers",
        "gamma | {\"range\": [0.9, 1.5]} | gamma=1.5, required: in [0, 1]",
        "gamma | {\"log\": [0, 0.5]} | gamma={\"log\":[0,0.5]}, required: two numbers, 0 < LOW <"
            + " HIGH",
        "num_envs | {\"range\": [1, 2.5]} | num_envs=2.5, required: integer",
        "hidden | {\"range\": [1, 2]} | hidden=1: its type",
      })
  void refusesWhatIsNoDomain(String option, String domain, String complaint) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Fakes.space("{\"%s\": %s}".formatted(option, domain)))
        .withMessageStartingWith(complaint);
  }
}
