package stride.lab.profile;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import stride.collect.ActionRows;
import stride.collect.RandomActions;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * The physics of a task without MuJoCo: its environments stepped with random actions and nothing
 * else, on as many threads as a rollout has.
 */
final class StepsAlone implements AutoCloseable {
  private static final int ENV_STEPS = 4096; // of a slice

  /** What one member of the team steps. */
  private record Part(Shard shard, ActionRows actions, StepOutputs outputs) {}

  private final Team team;
  private final Arena arena = Arena.ofShared();
  private final List<Part> parts = new ArrayList<>();
  private final int numEnvs;
  private final int steps;
  private double best;

  StepsAlone(Team team, Task task, int numEnvs, long seed) {
    this(team, task, numEnvs, Math.max(1, ENV_STEPS / numEnvs), seed);
  }

  /**
   * Environments that make some steps in a slice.
   *
   * @param steps of each
   */
  StepsAlone(Team team, Task task, int numEnvs, int steps, long seed) {
    this.team = team;
    this.numEnvs = numEnvs;
    this.steps = steps;
    int shards = Math.min(team.size(), numEnvs);
    for (int k = 0; k < shards; k++) {
      int from = Partition.start(numEnvs, k, shards);
      int n = Partition.start(numEnvs, k + 1, shards) - from;
      var shard =
          new Shard(
              task, from, n, seed, ShardOptions.DEFAULTS.withEpisodeCapacity(n * (steps + 1)));
      var outputs = StepOutputs.allocate(arena, task.spec(), n);
      parts.add(new Part(shard, drawn(task, from, n, seed), outputs));
      shard.reset(outputs.obs(), 0, outputs.obsStride());
    }
  }

  /** The actions of a slice, the same in each: [steps, n]. */
  private ActionRows drawn(Task task, int from, int n, long seed) {
    var actions = ActionRows.allocate(arena, task.spec().actionSpace(), steps * n);
    var random = new RandomActions(task.spec().actionSpace(), seed);
    for (int t = 0; t < steps; t++) {
      random.draw(actions, (long) t * n, from, n, t);
    }
    return actions;
  }

  /** Measures one slice. */
  void slice() {
    final long start = System.nanoTime();
    team.run(this::work);
    final double nanos = System.nanoTime() - start;
    best = Math.max(best, 1e9 * steps * numEnvs / nanos);
  }

  private void work(int member) {
    if (member < parts.size()) {
      Part part = parts.get(member);
      for (int t = 0; t < steps; t++) {
        part.actions().giveTo(part.shard(), (long) t * part.shard().numEnvs());
        part.shard().advance();
        part.shard().finish(part.outputs(), 0, 0);
      }
      part.shard().finishedEpisodes().clear();
    }
  }

  /** Env steps per second of all environments together, the best slice; 0 before the first. */
  double stepsPerSecond() {
    return best;
  }

  @Override
  public void close() {
    parts.forEach(part -> part.shard().close());
    arena.close();
  }
}
