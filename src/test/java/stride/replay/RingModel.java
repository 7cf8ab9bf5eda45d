package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.env.EnvSpec;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.memory.FloatSlab;
import stride.memory.Slab;

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
  private final Actor actor;
  private final ActionRows actions;
  private final EnvSpec spec;
  private final StepOutputs out;
  private final FloatSlab seen; // [n, D H]
  private final int n;
  private final List<Deque<byte[]>> frames = new ArrayList<>(); // [env]: the last H
  private final List<List<Transition>> transitions = new ArrayList<>(); // [env, step]
  private long steps;

  RingModel(Task task, int numEnvs) {
    this.n = numEnvs;
    this.spec = task.spec();
    this.shard = new Shard(task, 0, n, RingFixture.SEED, ShardOptions.DEFAULTS);
    this.actor = RingFixture.actor(spec);
    this.actions = ActionRows.allocate(arena, spec.actionSpace(), n);
    this.out = StepOutputs.allocate(arena, spec, n);
    this.seen = FloatSlab.allocate(arena, n, spec.inputElements());
    for (int env = 0; env < n; env++) {
      transitions.add(new ArrayList<>());
      frames.add(new ArrayDeque<>());
    }
    shard.reset(out.obs(), 0, out.obsStride());
    for (int env = 0; env < n && spec.frames(); env++) {
      push(env, row(out.obs(), env));
    }
  }

  /** The frame of an environment. */
  private byte[] row(Slab slab, int env) {
    final byte[] all = slab.segment().toArray(JAVA_BYTE);
    return Arrays.copyOfRange(all, env * all.length / n, (env + 1) * all.length / n);
  }

  private void push(int env, byte[] frame) {
    final Deque<byte[]> last = frames.get(env);
    do {
      last.addLast(frame);
    } while (last.size() < spec.history()); // before the first frame there is that frame again
    if (last.size() > spec.history()) {
      last.removeFirst();
    }
  }

  /** What a policy sees: [D], or [pixels][H] of the last frames. */
  private float[] seen(int env) {
    final float[] row = new float[spec.inputElements()];
    if (!spec.frames()) {
      MemorySegment.copy(
          out.floats().segment(), JAVA_FLOAT, 4L * env * row.length, row, 0, row.length);
      return row;
    }
    int h = 0;
    for (byte[] frame : frames.get(env)) {
      for (int pixel = 0; pixel < frame.length; pixel++) {
        row[pixel * spec.history() + h] = (frame[pixel] & 0xFF) / 255f;
      }
      h++;
    }
    return row;
  }

  void step() {
    final float[][] before = new float[n][];
    for (int env = 0; env < n; env++) {
      before[env] = seen(env);
      seen.set((long) env * before[env].length, before[env]);
    }
    actor.act(seen, 0, n, 0, steps++, actions);
    actions.giveTo(shard, 0);
    shard.advance();
    shard.finish(out, 0, 0);
    for (int env = 0; env < n; env++) {
      boolean terminated = out.terminated().get(env) != 0;
      boolean truncated = out.truncated().get(env) != 0;
      boolean diverged = out.diverged().get(env) != 0;
      float[] last = truncated ? seenLast(env) : null;
      if (spec.frames()) {
        if (terminated || truncated || diverged) {
          frames.get(env).clear();
        }
        push(env, row(out.obs(), env));
      }
      transitions
          .get(env)
          .add(
              new Transition(
                  before[env],
                  action(env),
                  out.rewards().get(env),
                  terminated,
                  truncated,
                  diverged,
                  truncated ? last : seen(env)));
    }
    shard.finishedEpisodes().clear();
  }

  /** What a policy would see after an episode's last step. */
  private float[] seenLast(int env) {
    if (spec.frames()) {
      push(env, row(shard.terminalFrames(), env));
      return seen(env);
    }
    final int d = spec.observationElements();
    return Arrays.copyOfRange(shard.terminalObservations().toArray(), env * d, (env + 1) * d);
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
