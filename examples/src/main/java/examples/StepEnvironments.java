package examples;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.SplittableRandom;
import stride.env.ActionSpace;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.profile.Limit;
import stride.memory.FloatSlab;
import stride.mujoco.Replay;
import stride.parallel.Team;

/**
 * Steps Hopper-v5, or another MuJoCo task, with random actions on one thread, and prints env steps
 * per second beside the limit: bare {@code mj_step} in C over the very same actions and resets.
 *
 * <p>Usage: {@code StepEnvironments [TASK]}. Exit codes: 0 done, 1 failed, 2 bad usage.
 */
public final class StepEnvironments {
  private static final int ENVS = 8; // n
  private static final int STEPS = 512; // T, of each environment, from one replay to the next
  private static final int ROUNDS = 10; // that count, after one in which code is compiled

  public static void main(String[] args) {
    try {
      measure(Tasks.of(args.length > 0 ? args[0] : "Hopper-v5"));
    } catch (RuntimeException e) { // such as a task that there is not, or a missing library
      System.err.println("StepEnvironments: " + e.getMessage());
      System.exit(e instanceof IllegalArgumentException ? 2 : 1);
    }
  }

  private static void measure(Task task) {
    if (!(task.runsOnMujoco() && task.spec().actionSpace() instanceof ActionSpace.Box box)) {
      throw new IllegalArgumentException(task + " does not run on MuJoCo: it has no such limit");
    }
    try (Arena arena = Arena.ofConfined();
        Team team = new Team(1);
        Shard shard = new Shard(task, 0, ENVS, /* seed= */ 1, ShardOptions.DEFAULTS);
        Limit limit = new Limit(team, List.of(shard), STEPS)) {
      StepOutputs outputs = StepOutputs.allocate(arena, ENVS, task.spec().observationElements());
      FloatSlab actions = FloatSlab.allocate(arena, STEPS, ENVS, box.elements()); // [T, n, A]
      SplittableRandom random = new SplittableRandom(1);
      shard.reset(outputs.obs(), 0, outputs.obsStride());
      double inStride = 0; // ns
      double inC = 0; // ns
      for (int round = 0; round <= ROUNDS; round++) {
        draw(actions, box, random);
        limit.record(); // takes down the next T steps
        final long start = System.nanoTime();
        for (int t = 0; t < STEPS; t++) {
          shard.act(actions, (long) t * ENVS * box.elements());
          shard.advance(); // the physics
          shard.finish(outputs, 0, 0); // rewards, flags, new episodes, observations
          shard.finishedEpisodes().clear(); // what ended ones reached is not looked at
        }
        final long middle = System.nanoTime();
        limit.replay(Replay.Form.HOT); // throws unless it ends in the same states, bit for bit
        inStride += round == 0 ? 0 : middle - start;
        inC += round == 0 ? 0 : System.nanoTime() - middle;
      }
      final long envSteps = (long) ROUNDS * STEPS * ENVS;
      System.out.printf(
          "%s, %d environments: %.0f env steps/s, limit %.0f, share %.1f %%%n",
          task, ENVS, envSteps / inStride * 1e9, envSteps / inC * 1e9, 100 * inC / inStride);
    }
  }

  private static void draw(FloatSlab actions, ActionSpace.Box box, SplittableRandom random) {
    for (long k = 0; k < actions.length(); k++) {
      int element = (int) (k % box.elements());
      actions.set(k, (float) random.nextDouble(box.low().get(element), box.high().get(element)));
    }
  }
}
