package stride.play;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import stride.env.EnvSpec;
import stride.env.StepOutputs;
import stride.learn.Backends;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Kernels;

/**
 * The last H frames of environments as policies see them: rows of {@code [pixels][H]} floats in [0,
 * 1], the newest frame last. Before an episode's first frame there is that frame again. Belongs to
 * one thread; allocates nothing after construction.
 */
final class FrameStacks {
  private final Kernels kernels = Backends.kernels(Backend.CPU); // its twin gives the same bits
  private final ByteSlab newest; // [n, pixels]
  private final ByteSlab kept; // [n, H, pixels] of which the oldest is overwritten next
  private final FloatSlab stacks; // [n, D']
  private final int numEnvs;
  private final int pixels;
  private final int stride; // D'
  private final ByteSlab[] frames; // [H] all the same
  private final long[] offsets; // [H] of a stack's frames, the newest last
  private long steps;

  /**
   * Stacks of the frames that steps leave.
   *
   * @param arena owner of the frames before; not closed here
   * @param newest read: [n, pixels]
   * @param stacks written: [n, D']
   */
  FrameStacks(Arena arena, EnvSpec spec, ByteSlab newest, FloatSlab stacks) {
    final int history = spec.history();
    this.newest = newest;
    this.stacks = stacks;
    this.pixels = spec.observationElements();
    this.numEnvs = Math.toIntExact(newest.length() / pixels);
    this.stride = Math.toIntExact(stacks.length() / numEnvs);
    this.kept = ByteSlab.allocate(arena, numEnvs, history, pixels);
    this.frames = new ByteSlab[history];
    Arrays.fill(frames, kept);
    this.offsets = new long[history];
  }

  /** All environments have begun their first episodes. */
  void begin() {
    for (int env = 0; env < numEnvs; env++) {
      begin(env);
      stack(env);
    }
  }

  /** All environments have made a step. */
  void add(StepOutputs step) {
    steps++;
    for (int env = 0; env < numEnvs; env++) {
      if ((step.terminated().get(env) | step.truncated().get(env) | step.diverged().get(env))
          != 0) {
        begin(env);
      } else {
        keep(env, place(steps));
      }
      stack(env);
    }
  }

  private void begin(int env) {
    for (int place = 0; place < frames.length; place++) {
      keep(env, place);
    }
  }

  /** The newest frame takes the place of another. */
  private void keep(int env, int place) {
    MemorySegment.copy(
        newest.segment(), (long) env * pixels, kept.segment(), at(env, place), pixels);
  }

  private void stack(int env) {
    for (int h = 0; h < frames.length; h++) {
      offsets[h] = at(env, place(steps + 1 + h)); // the oldest is the next to go
    }
    kernels.stackFrames(frames, offsets, pixels, stacks, (long) env * stride);
  }

  private int place(long step) {
    return (int) (step % frames.length);
  }

  private long at(int env, int place) {
    return ((long) env * frames.length + place) * pixels;
  }
}
