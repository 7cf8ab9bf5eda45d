package stride.collect;

import java.lang.foreign.Arena;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/** A rollout with its team and freshly initialised parameters; closes all three. */
final class RolloutFixture implements AutoCloseable {
  static final long SEED = 7;

  final Task task;
  final Team team;
  final Arena arena = Arena.ofShared();
  final PolicyLayout policy;
  final FloatSlab parameters;
  final Rollout rollout;

  RolloutFixture(String task, int threads, RolloutConfig config) {
    this(task, threads, config, Backend.CPU);
  }

  RolloutFixture(String task, int threads, RolloutConfig config, Backend backend) {
    this.task = Tasks.of(task);
    this.team = new Team(threads);
    this.policy = Networks.of(this.task.spec());
    this.parameters = FloatSlab.allocate(arena, policy.size());
    policy.initialize(parameters, SEED);
    this.rollout =
        new Rollout(
            this.task, policy, Backends.kernels(backend), team, config, SlabAllocator.PAGES);
  }

  static RolloutConfig config(int numEnvs, int numSteps, Stepping stepping) {
    return RolloutConfig.of(numEnvs, numSteps, SEED, stepping);
  }

  RolloutSlabs collect() {
    rollout.collect(parameters);
    return rollout.slabs();
  }

  @Override
  public void close() {
    rollout.close();
    team.close();
    arena.close();
  }
}
