package stride.bench;

import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.RolloutSlabs;
import stride.collect.Stepping;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Rewards, values and ends of episodes drawn at random: all that advantages depend on.
 *
 * <p>The slabs are those of a rollout that never collects; observations and actions stay 0. Belongs
 * to the thread that makes it, which closes it.
 */
final class RandomRollout implements AutoCloseable {
  /** Transitions. */
  static final int ROWS = 8192;

  private static final long SEED = 1;
  private static final int ROWS_PER_END = 100;

  private final Team team = new Team(1);
  private final Rollout rollout;

  /** A rollout of so many environments; their number divides that of the transitions. */
  RandomRollout(int envs) {
    this(envs, ROWS);
  }

  /** A rollout of any number of transitions, which that of environments divides. */
  RandomRollout(int envs, int rows) {
    Task task = Tasks.of("CartPole-v1"); // the slabs in question are alike for all tasks
    rollout =
        new Rollout(
            task,
            Networks.of(task.spec()),
            Backends.kernels(Backend.REFERENCE),
            team,
            RolloutConfig.of(envs, rows / envs, SEED, Stepping.SHARDED),
            SlabAllocator.PAGES);
    fill(new RandomStream(SEED, Purpose.BENCHMARK));
  }

  private void fill(RandomStream random) {
    RolloutSlabs slabs = slabs();
    for (long row = 0; row < slabs.values().length(); row++) {
      slabs.values().set(row, (float) random.nextGaussian());
    }
    for (long row = 0; row < slabs.rewards().length(); row++) {
      slabs.rewards().set(row, (float) random.nextGaussian());
      slabs.truncatedValues().set(row, (float) random.nextGaussian());
      if (random.nextInt(ROWS_PER_END) == 0) {
        boolean truncated = random.nextInt(2) == 0;
        (truncated ? slabs.truncated() : slabs.terminated()).set(row, (byte) 1);
      }
    }
  }

  RolloutSlabs slabs() {
    return rollout.slabs();
  }

  @Override
  public void close() {
    rollout.close();
    team.close();
  }
}
