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
    this(Tasks.of(task), Networks.of(Tasks.of(task).spec()), threads, config, backend);
  }

  private RolloutFixture(
      Task task, PolicyLayout policy, int threads, RolloutConfig config, Backend backend) {
    this.task = task;
    this.team = new Team(threads);
    this.policy = policy;
    this.parameters = FloatSlab.allocate(arena, policy.size());
    policy.initialize(parameters, SEED);
    this.rollout =
        new Rollout(
            this.task, policy, Backends.kernels(backend), team, config, SlabAllocator.PAGES);
  }

  /** With an actor and a critic that have their hidden layers in common. */
  static RolloutFixture shared(String name, int threads, RolloutConfig config) {
    Task task = Tasks.of(name);
    var policy = new PolicyLayout(Networks.of(task.spec()).spec().withSharedBackbone());
    return new RolloutFixture(task, policy, threads, config, Backend.CPU);
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
