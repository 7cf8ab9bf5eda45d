package stride.algo;

import java.util.List;
import java.util.Map;
import stride.env.Task;
import stride.learn.Learner;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.options.OptionRule;
import stride.options.Range;
import stride.play.Policy;

/** An algorithm with options and presets, some of them damaged, which learns nothing. */
final class FakeAlgorithm implements Algorithm<FakeAlgorithm.Options> {
  /**
   * Its options.
   *
   * @param gamma discount factor
   * @param bufferSize rows that are kept
   */
  record Options(
      @OptionRule(range = Range.UNIT_INTERVAL) double gamma,
      @OptionRule(range = Range.AT_LEAST_ONE) int bufferSize) {}

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public List<String> presets() {
    return List.of("whole", "cut", "mistyped", "misspelt", "lacking", "absent");
  }

  @Override
  public void check(Options options, Task task, long seed) {}

  @Override
  public long envStepsPerIteration(Options options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long totalTimesteps(Options options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long checkpointEvery(Options options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Backend backend(Options options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Learner learner(Options options, Task task, long seed, Sitting sitting) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Policy policy(Options options, Task task, Map<String, Slab> state, long seed) {
    throw new UnsupportedOperationException();
  }
}
