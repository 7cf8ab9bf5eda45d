package stride.randomsearch;

import java.util.List;
import java.util.Map;
import stride.algo.Algorithm;
import stride.algo.Sitting;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Learner;
import stride.learn.Networks;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.PolicyLayout;
import stride.options.Range;
import stride.options.Require;
import stride.parallel.Team;
import stride.play.ActorCriticPolicy;
import stride.play.Policy;

/** Random search over a linear policy: an algorithm of the kind that anyone may add. */
public final class RandomSearch implements Algorithm<RandomSearchOptions> {
  @Override
  public String name() {
    return "random_search";
  }

  @Override
  public Class<RandomSearchOptions> options() {
    return RandomSearchOptions.class;
  }

  @Override
  public void check(RandomSearchOptions options, Task task, long seed) {
    Require.require("sigma", options.sigma(), Range.POSITIVE);
    config(options, seed);
  }

  private static RolloutConfig config(RandomSearchOptions options, long seed) {
    return RolloutConfig.of(options.numEnvs(), options.numSteps(), seed, Stepping.SHARDED);
  }

  private static PolicyLayout layout(Task task) {
    return Networks.of(task.spec(), List.of(), Activation.TANH, false);
  }

  @Override
  public long envStepsPerIteration(RandomSearchOptions options) {
    return (long) options.numEnvs() * options.numSteps();
  }

  @Override
  public long totalTimesteps(RandomSearchOptions options) {
    return options.totalTimesteps();
  }

  @Override
  public long checkpointEvery(RandomSearchOptions options) {
    return 4 * envStepsPerIteration(options);
  }

  @Override
  public Backend backend(RandomSearchOptions options) {
    return Backend.CPU;
  }

  @Override
  public Learner learner(RandomSearchOptions options, Task task, long seed, Sitting sitting) {
    Team team = sitting.team();
    PolicyLayout layout = layout(task);
    Kernels kernels = Backends.kernels(Backend.CPU);
    var rollout =
        new Rollout(task, layout, kernels, team, config(options, seed), SlabAllocator.PAGES);
    return new RandomSearchLearner(rollout, team, layout.size(), options.sigma());
  }

  @Override
  public Policy policy(RandomSearchOptions options, Task task, Map<String, Slab> state, long seed) {
    return new ActorCriticPolicy(layout(task), true, state, Backends.kernels(Backend.CPU), seed);
  }
}
