package stride.lab.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.algo.Algorithm;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Learner;
import stride.nn.Backend;
import stride.nn.BackendUnavailableException;
import stride.parallel.Team;

/**
 * What a profile measures: an algorithm with the options it has for that, in iterations whose size
 * depends on the number of environments alone.
 *
 * @param algorithm what learns
 * @param task what to simulate
 * @param seed of environments, parameters and actions
 * @param changes of those options, by name
 * @param seconds how long each combination of environments and threads is measured
 */
public record ProfilePlan(
    Algorithm<?> algorithm, Task task, long seed, Map<String, String> changes, double seconds) {

  /**
   * Finds out whether it can be measured, before anything is.
   *
   * @param envs numbers of environments
   * @throws IllegalArgumentException naming the option that does not go with one of them
   * @throws BackendUnavailableException if the backend cannot run here
   */
  public void requirePossible(Iterable<Integer> envs) {
    for (int n : envs) {
      checked(algorithm, n);
    }
    Backends.kernels(backend());
  }

  private <O extends Record> O checked(Algorithm<O> chosen, int envs) {
    O options = options(chosen, envs);
    chosen.check(options, task, seed);
    return options;
  }

  private <O extends Record> O options(Algorithm<O> chosen, int envs) {
    OptionValues<O> values = OptionValues.preset(chosen, chosen.measuredPreset(), task);
    chosen.measured(envs).forEach(values::set);
    changes.forEach(values::set);
    return values.options();
  }

  /** What computes. */
  Backend backend() {
    return backend(algorithm);
  }

  private <O extends Record> Backend backend(Algorithm<O> chosen) {
    return chosen.backend(options(chosen, 1));
  }

  /** An option that is the same for all numbers of environments, or what goes without it. */
  String option(String name, String otherwise) {
    ObjectNode options = OptionValues.json(options(algorithm, 1));
    return options.hasNonNull(name) ? options.get(name).asText() : otherwise;
  }

  /** The network as the options say: a space before each word; empty where they say nothing. */
  String network() {
    ObjectNode options = OptionValues.json(options(algorithm, 1));
    return Stream.of("hidden", "activation")
        .filter(options::hasNonNull)
        .map(name -> " " + words(options.get(name)))
        .collect(Collectors.joining());
  }

  private static String words(JsonNode option) {
    return option.isArray()
        ? option.valueStream().map(JsonNode::asText).collect(Collectors.joining(","))
        : option.asText();
  }

  /** A learner for a number of environments; the caller's to close. */
  Learner learner(Team team, int envs) {
    return learner(algorithm, team, envs);
  }

  private <O extends Record> Learner learner(Algorithm<O> chosen, Team team, int envs) {
    return chosen.learner(checked(chosen, envs), task, seed, Sitting.on(team));
  }
}
