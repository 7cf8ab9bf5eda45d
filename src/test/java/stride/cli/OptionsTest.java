package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import stride.algo.OptionTypes;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.options.DescribedOption;
import stride.options.Range;
import stride.ppo.Ppo;
import stride.ppo.PpoOptions;

/** What is said of options is what they are; and they may be spelt as others spell them. */
class OptionsTest {
  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);
  private static final String RANGE = ".*(in [\\[(]|>=? ?\\d|any 64-bit integer|share in|finite).*";

  @TempDir Path temp;

  // ---- what is said ----------------------------------------------------------------------------

  static Stream<CommandSpec> commands() {
    return Stride.commandLine().getSubcommands().values().stream()
        .map(command -> command.getCommandSpec());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionHasASentenceItsRangeAndItsDefault(CommandSpec command) {
    for (OptionSpec option : command.options()) {
      String said = OptionsPage.plain(option.description());
      assertThat(said).as(option.longestName()).hasSizeGreaterThan(12).contains(" ");
      assertThat(said).as(option.longestName()).doesNotStartWith("option ").doesNotContain("${");
      if (option.arity().max() > 0 || NUMBERS.contains(option.type())) {
        assertThat(said).as(option.longestName()).containsAnyOf("(default: ", "(required)");
      }
      boolean number = Stream.of(option.auxiliaryTypes()).anyMatch(NUMBERS::contains);
      if (number) {
        assertThat(said).as(option.longestName()).matches(RANGE);
      }
    }
    command
        .positionalParameters()
        .forEach(each -> assertThat(OptionsPage.plain(each.description())).isNotBlank());
  }

  static List<DescribedOption> allTrainOptions() {
    return OptionTexts.all();
  }

  static List<DescribedOption> trainOptions() {
    return OptionTypes.of(new Ppo()).all();
  }

  @ParameterizedTest
  @MethodSource("allTrainOptions")
  void everyTrainOptionHasASentenceAndItsDefaults(DescribedOption option) {
    assertThat(option.sentence()).as(option.component()).hasSizeGreaterThan(10).doesNotContain("@");
    String help = OptionTexts.help(option);
    assertThat(help).startsWith(option.sentence() + ": ").contains(" (default: ");
  }

  @Test
  void namesAreThoseOfOneOption() {
    assertThat(OptionTexts.all().stream().map(DescribedOption::name)).doesNotHaveDuplicates();
  }

  @Test
  void defaultsAreThoseOfThePresets() {
    assertThat(OptionTexts.defaults(new Ppo(), "cleanrl", "num_envs"))
        .isEqualTo("1, 4 for CartPole-v1 ALE/Pong-v5");
    assertThat(OptionTexts.defaults(new Ppo(), "cleanrl", "learning_rate"))
        .isEqualTo("0.0003, 0.00025 for CartPole-v1 ALE/Pong-v5");
    assertThat(OptionTexts.defaults(new Ppo(), "tuned", "hidden")).isEqualTo("64,64");
    assertThat(OptionTexts.defaults(new Ppo(), "tuned", "target_kl")).isEqualTo("null");
  }

  // ---- what is said is what is checked ---------------------------------------------------------

  /** The learner's parts that the options of a run would give. */
  private static void check(String option, String value) {
    Task task = Tasks.of("InvertedPendulum-v5");
    OptionValues<PpoOptions> values = OptionValues.preset(new Ppo(), Ppo.CLEANRL, task);
    values.set(option, value);
    new Ppo().check(values.options(), task, 1);
  }

  @ParameterizedTest
  @MethodSource("trainOptions")
  void numbersOutsideTheirRangeAreRefusedWithIt(DescribedOption option) {
    Range range = option.rule().range();
    if (range == Range.ANY) {
      return;
    }
    String name = option.name();
    for (double value : new double[] {-1, 0, 1}) {
      String text = Long.toString((long) value);
      if (range.contains(value)) {
        Throwable thrown = catchThrowable(() -> check(name, text)); // others may not go with it
        assertThat(thrown == null || !thrown.getMessage().startsWith(name + "="))
            .as("%s=%s: %s", name, text, thrown)
            .isTrue();
      } else {
        assertThatThrownBy(() -> check(name, text))
            .as(name + "=" + text)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith(name + "=")
            .hasMessageEndingWith(range.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("trainOptions")
  void wordsAreThoseThatAreTaken(DescribedOption option) {
    if (option.type() != String.class) {
      return;
    }
    String name = option.name();
    assertThatThrownBy(() -> check(name, "nonsense"))
        .hasMessage("%s=nonsense, required: one of %s", name, option.words());
  }

  // ---- other spellings -------------------------------------------------------------------------

  private JsonNode configOf(String... options) throws IOException {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(TinyRun.begin(run, 2));
    args.addAll(List.of(options));
    Outcome outcome = TinyRun.in(args);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return JsonText.read(run.resolve("config.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--no-anneal-lr | anneal_lr | false",
        "--anneal-lr | anneal_lr | true",
        "--anneal-lr False | anneal_lr | false",
        "--no-norm-obs | norm_obs | false",
        "--norm-adv | norm_adv | minibatch",
        "--no-norm-adv | norm_adv | none",
        "--norm-adv False | norm_adv | none",
        "--norm-adv batch | norm_adv | batch",
        "--ent_coef 0.01 | ent_coef | 0.01",
        "--set norm_adv=true | norm_adv | minibatch",
        "--seed 1e3 | seed | 1000",
        "--seed 1_000 | seed | 1000",
      })
  void acceptsCleanrlsSpellings(String given, String option, String value) throws IOException {
    assertThat(configOf(given.split(" ", -1)).get(option).asText()).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--total-timesteps 1e2",
        "--total_timesteps 100",
        "--total-timesteps=1_00",
        "--set total_timesteps=1e2",
        "--config FILE"
      })
  void countsMayBeWrittenAsPeopleWriteThem(String given) throws IOException {
    Path file = Files.writeString(temp.resolve("options.json"), "{\"total_timesteps\": 1e2}");
    List<String> args = new ArrayList<>(List.of("train", "--env-id", "CartPole-v1"));
    args.addAll(List.of("--num-envs", "2", "--num-steps", "16", "--num-minibatches", "1"));
    args.addAll(List.of("--backend", "reference", "--threads", "1", "--warm-up", "0"));
    args.addAll(List.of("--run-dir", temp.resolve("run").toString()));
    args.addAll(List.of(given.replace("FILE", file.toString()).split(" ", -1)));
    Outcome outcome = TinyRun.in(args);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode config = JsonText.read(temp.resolve("run/config.json"));
    assertThat(config.get("total_timesteps").intValue()).isEqualTo(100);
  }

  @Test
  void aBareFlagDoesNotTakeTheTask() throws IOException {
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(TinyRun.begin(run, 2));
    int task = args.indexOf("CartPole-v1");
    args.add(task, "--clip-vloss");
    Outcome outcome = TinyRun.in(args);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }
}
