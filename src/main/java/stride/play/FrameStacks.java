package stride.play;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.env.EnvSpec;
import stride.env.StepOutputs;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;

/**
 * The last H frames of environments as policies see them: rows of {@code [pixels][H]} floats in [0,
 * 1], the newest frame last. Before an episode's first frame there is that frame again. Belongs to
 * one thread; allocates nothing.
 */
final class FrameStacks {
  private static final float WHITE = 255;
  private static final int BYTE = 0xFF;
  private static final long FLOAT = Float.BYTES;

  private final ByteSlab frames; // [n, pixels] the newest
  private final FloatSlab stacks; // [n, D']
  private final int numEnvs;
  private final int pixels;
  private final int history; // H
  private final int stride; // D'

  /**
   * Stacks of the frames that steps leave.
   *
   * @param frames read: [n, pixels]
   * @param stacks written: [n, D']
   */
  FrameStacks(EnvSpec spec, ByteSlab frames, FloatSlab stacks) {
    this.frames = frames;
    this.stacks = stacks;
    this.pixels = spec.observationElements();
    this.history = spec.history();
    this.numEnvs = Math.toIntExact(frames.length() / pixels);
    this.stride = Math.toIntExact(stacks.length() / numEnvs);
  }

  /** All environments have begun their first episodes. */
  void begin() {
    for (int env = 0; env < numEnvs; env++) {
      fill(env);
    }
  }

  /** All environments have made a step. */
  void add(StepOutputs step) {
    for (int env = 0; env < numEnvs; env++) {
      if ((step.terminated().get(env) | step.truncated().get(env) | step.diverged().get(env))
          != 0) {
        fill(env);
      } else {
        shift(env);
      }
    }
  }

  private void fill(int env) {
    final MemorySegment out = stacks.segment();
    long at = FLOAT * env * stride;
    for (int pixel = 0; pixel < pixels; pixel++) {
      final float value = value(env, pixel);
      for (int h = 0; h < history; h++) {
        out.set(JAVA_FLOAT, at, value);
        at += FLOAT;
      }
    }
  }

  private void shift(int env) {
    final MemorySegment out = stacks.segment();
    long at = FLOAT * env * stride;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int h = 1; h < history; h++) {
        out.set(JAVA_FLOAT, at, out.get(JAVA_FLOAT, at + FLOAT));
        at += FLOAT;
      }
      out.set(JAVA_FLOAT, at, value(env, pixel));
      at += FLOAT;
    }
  }

  private float value(int env, int pixel) {
    return (frames.segment().get(JAVA_BYTE, (long) env * pixels + pixel) & BYTE) / WHITE;
  }
}
