package stride.play;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.collect.ActionRows;
import stride.env.EnvSpec;
import stride.env.FrameTask;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** Are episodes of frames played with the stacks that a list of all frames has? */
class FramesEvaluationTest {
  private static final int LIMIT = 12; // steps of an episode
  private static final long SEED = 3;
  private static final int PADDING = 3;

  /** Keeps what it sees; its actions depend on environment and step alone. */
  private static final class Recorder implements Policy {
    private final EnvSpec spec;
    final List<float[]> seen = new ArrayList<>(); // [step]: [n, D']

    Recorder(EnvSpec spec) {
      this.spec = spec;
    }

    @Override
    public int observationStride() {
      return spec.inputElements() + PADDING;
    }

    @Override
    public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
      seen.add(observations.toArray());
      choose(actions.choices(), n, step);
    }

    static void choose(IntSlab choices, int n, long step) {
      for (int env = 0; env < n; env++) {
        choices.set(env, (int) (step * (env + 2) / 3 % 4));
      }
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "4, 5", "4, 40"})
  void policiesSeeTheLastFramesOfTheirEpisodes(int history, int episodes) {
    Task task = new FrameTask(LIMIT, history);
    try (var policy = new Recorder(task.spec());
        var evaluation = new Evaluation(task, policy, episodes, true, SEED)) {
      Evaluation.Result result = evaluation.run();
      assertThat(result.episodes()).isEqualTo(episodes);
      assertThat(result.lengthMean()).isBetween(1.0, (double) LIMIT);
      compare(task, Evaluation.environments(episodes), policy);
    }
  }

  /** Plays the same episodes, with all frames in lists. */
  private static void compare(Task task, int n, Recorder policy) {
    EnvSpec spec = task.spec();
    int pixels = spec.observationElements();
    List<Deque<byte[]>> stacks = new ArrayList<>();
    try (var arena = Arena.ofConfined();
        Shard shard = new Shard(task, 0, n, SEED, ShardOptions.DEFAULTS)) {
      StepOutputs out = StepOutputs.allocate(arena, spec, n);
      IntSlab choices = IntSlab.allocate(arena, n);
      shard.reset(out.obs(), 0, out.obsStride());
      for (int env = 0; env < n; env++) {
        stacks.add(new ArrayDeque<>());
      }
      for (int step = 0; step < policy.seen.size(); step++) {
        for (int env = 0; env < n; env++) {
          boolean ended = (out.terminated().get(env) | out.truncated().get(env)) != 0;
          push(stacks.get(env), frame(out, env, pixels), spec.history(), ended);
          assertSeen(policy.seen.get(step), env, pixels, stacks.get(env));
        }
        Recorder.choose(choices, n, step);
        shard.act(choices, 0);
        shard.advance();
        shard.finish(out, 0, 0);
      }
    }
  }

  private static byte[] frame(StepOutputs out, int env, int pixels) {
    byte[] frame = new byte[pixels];
    for (int k = 0; k < pixels; k++) {
      frame[k] = out.frames().get((long) env * pixels + k);
    }
    return frame;
  }

  private static void push(Deque<byte[]> stack, byte[] frame, int history, boolean ended) {
    if (ended) {
      stack.clear();
    }
    do {
      stack.addLast(frame);
    } while (stack.size() < history);
    if (stack.size() > history) {
      stack.removeFirst();
    }
  }

  private static void assertSeen(float[] seen, int env, int pixels, Deque<byte[]> stack) {
    int at = env * (pixels * stack.size() + PADDING);
    int h = 0;
    for (byte[] frame : stack) {
      for (int k = 0; k < pixels; k++) {
        assertThat(seen[at + k * stack.size() + h]).isEqualTo((frame[k] & 0xFF) / 255f);
      }
      h++;
    }
    for (int k = 0; k < PADDING; k++) {
      assertThat(seen[at + pixels * stack.size() + k]).isZero();
    }
  }
}
