package stride.replay;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stride.collect.ActionRows;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;

/**
 * The same environments and actions as {@link RingFixture}'s, every transition an object of its
 * own, and nothing ever forgotten: what a memory is compared with.
 */
final class RingModel implements AutoCloseable {
  /** One step of one environment. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares whole ones
  record Transition(
      float[] seen,
      float[] action,
      float reward,
      boolean terminated,
      boolean truncated,
      boolean diverged,
      float[] seenThen) {
    boolean ended() {
      return terminated || truncated || diverged;
    }
  }

  /** What is to be learnt from n steps. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares whole ones
  record Sample(float[] seen, float[] action, float reward, float discount, float[] seenThen) {}

  private final Arena arena = Arena.ofShared();
  private final Shard shard;
  private final RandomActor actor;
  private final ActionRows actions;
  private final StepOutputs out;
  private final int n;
  private final int elements;
  private final List<List<Transition>> transitions = new ArrayList<>(); // [env, step]
  private long steps;

  RingModel(Task task, int numEnvs) {
    this.n = numEnvs;
    this.elements = task.spec().observationElements();
    this.shard = new Shard(task, 0, n, RingFixture.SEED, ShardOptions.DEFAULTS);
    this.actor = new RandomActor(task.spec().actionSpace(), RingFixture.SEED);
    this.actions = ActionRows.allocate(arena, task.spec().actionSpace(), n);
    this.out = StepOutputs.allocate(arena, n, elements);
    for (int env = 0; env < n; env++) {
      transitions.add(new ArrayList<>());
    }
    shard.reset(out.obs(), 0, elements);
  }

  void step() {
    float[][] seen = rows(out.obs().toArray());
    actor.act(out.obs(), 0, n, 0, steps++, actions);
    actions.giveTo(shard, 0);
    shard.advance();
    shard.finish(out, 0, 0);
    float[][] then = rows(out.obs().toArray());
    float[][] last = rows(shard.terminalObservations().toArray());
    for (int env = 0; env < n; env++) {
      boolean truncated = out.truncated().get(env) != 0;
      transitions
          .get(env)
          .add(
              new Transition(
                  seen[env],
                  action(env),
                  out.rewards().get(env),
                  out.terminated().get(env) != 0,
                  truncated,
                  out.diverged().get(env) != 0,
                  truncated ? last[env] : then[env]));
    }
    shard.finishedEpisodes().clear();
  }

  private float[][] rows(float[] all) {
    float[][] rows = new float[n][];
    for (int env = 0; env < n; env++) {
      rows[env] = Arrays.copyOfRange(all, env * elements, (env + 1) * elements);
    }
    return rows;
  }

  private float[] action(int env) {
    if (actions.discrete()) {
      return new float[] {actions.choices().get(env)};
    }
    int a = actions.elements();
    return Arrays.copyOfRange(actions.real().toArray(), env * a, (env + 1) * a);
  }

  Transition transition(int env, long step) {
    return transitions.get(env).get((int) step);
  }

  /** The n-step sample of a step, or null if there is nothing to learn from it yet, or ever. */
  Sample sample(int env, int step, int nStep, double gamma) {
    List<Transition> all = transitions.get(env);
    Transition last = all.get(step);
    if (last.diverged()) {
      return null;
    }
    double reward = last.reward();
    int m = 1;
    boolean cut = false;
    while (m < nStep && !last.ended() && !cut) {
      if (step + m == all.size()) {
        return null;
      }
      Transition next = all.get(step + m);
      cut = next.diverged();
      if (!cut) {
        last = next;
        reward += Math.pow(gamma, m) * next.reward();
        m++;
      }
    }
    return new Sample(
        all.get(step).seen(),
        all.get(step).action(),
        (float) reward,
        last.terminated() ? 0 : (float) Math.pow(gamma, m),
        last.seenThen());
  }

  @Override
  public void close() {
    shard.close();
    arena.close();
  }
}
