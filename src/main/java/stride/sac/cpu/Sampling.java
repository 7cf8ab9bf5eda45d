package stride.sac.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.SquashedHead;
import stride.nn.cpu.Columns;
import stride.sac.DrawnActions;

/**
 * Draws actions. The scratch holds groups of A columns, of which y, widths, slopes and spreads are
 * left to {@link ActorGradient}:
 *
 * <pre>
 *   | mean, u, y | e^-2|u|, widths | raw, logStd, log width | e^-2|raw|, slopes | std, spread |
 * </pre>
 *
 * <p>A width is scale (1 - y^2), a slope the derivative of the log-std with respect to what the
 * actor put out, a spread std * noise.
 */
final class Sampling {
  static final int Y = 0;
  static final int WIDTHS = 1;
  static final int LOG_STDS = 2; // free for others after sampling
  static final int SLOPES = 3;
  static final int SPREADS = 4;

  private Sampling() {}

  /** Leaves everything but the actions. */
  static void sample(
      Kernels kernels, SquashedHead head, FloatSlab outputs, DrawnActions drawn, int rows) {
    final int n = head.actions();
    final long group = (long) n * drawn.columnLength(); // floats
    final int vectors = Math.toIntExact(group / LANES);
    final FloatSlab scratch = drawn.scratch();
    final MemorySegment columns = scratch.segment();
    read(outputs, 0, n, drawn, Y, rows);
    read(outputs, n, n, drawn, LOG_STDS, rows);
    squash(kernels, scratch, LOG_STDS * group, SLOPES * group, group);
    Squashing.logStds(columns, 4 * LOG_STDS * group, 4 * SLOPES * group, vectors);
    kernels.exp(scratch, LOG_STDS * group, scratch, SPREADS * group, group);
    Squashing.spread(columns, drawn.noise().segment(), 0, 4 * SPREADS * group, vectors);
    squash(kernels, scratch, 0, WIDTHS * group, group);
    widths(head, drawn, group);
    logProbs(kernels, drawn, n, group);
  }

  /** Leaves y alone. */
  static void mode(
      Kernels kernels, SquashedHead head, FloatSlab outputs, DrawnActions drawn, int rows) {
    final long group = (long) head.actions() * drawn.columnLength();
    read(outputs, 0, head.actions(), drawn, Y, rows);
    squash(kernels, drawn.scratch(), 0, WIDTHS * group, group);
  }

  private static void read(
      FloatSlab outputs, int first, int n, DrawnActions drawn, int toGroup, int rows) {
    final long column = 4L * drawn.columnLength();
    for (int k = 0; k < n; k++) {
      long to = (toGroup * (long) n + k) * column;
      Columns.read(outputs, first + k, drawn.scratch().segment(), to, rows);
    }
  }

  /** Replaces x by tanh x, and leaves the derivative 1 - tanh^2 x. */
  private static void squash(
      Kernels kernels, FloatSlab scratch, long x, long derivative, long count) {
    final int vectors = Math.toIntExact(count / LANES);
    Squashing.exponents(scratch.segment(), 4 * x, 4 * derivative, vectors);
    kernels.exp(scratch, derivative, scratch, derivative, count);
    Squashing.tanh(scratch.segment(), 4 * x, 4 * derivative, vectors);
  }

  private static void widths(SquashedHead head, DrawnActions drawn, long group) {
    final int column = drawn.columnLength();
    for (int k = 0; k < head.actions(); k++) {
      long at = 4 * (WIDTHS * group + (long) k * column);
      Squashing.scale(drawn.scratch().segment(), at, head.scale(k), column / LANES);
    }
  }

  /** Adds up log-probabilities, element by element of the action. */
  private static void logProbs(Kernels kernels, DrawnActions drawn, int n, long group) {
    final MemorySegment scratch = drawn.scratch().segment();
    final MemorySegment logProbs = drawn.logProbs().segment();
    final MemorySegment noise = drawn.noise().segment();
    final int column = drawn.columnLength();
    final int vectors = column / LANES;
    final long at = 4 * LOG_STDS * group;
    Columns.fill(logProbs, 0, 0, column);
    for (int k = 0; k < n; k++) {
      Squashing.addGaussian(logProbs, noise, scratch, 4L * k * column, at, vectors);
    }
    Squashing.densities(
        scratch, 4 * WIDTHS * group, at, Math.toIntExact(group / LANES)); // log-stds are used up
    kernels.log(drawn.scratch(), LOG_STDS * group, drawn.scratch(), LOG_STDS * group, group);
    for (int k = 0; k < n; k++) {
      Squashing.subtract(logProbs, scratch, at + 4L * k * column, vectors);
    }
  }

  /** Puts the actions in their rows. */
  static void write(
      SquashedHead head,
      DrawnActions drawn,
      MemorySegment actions,
      long at,
      long rowBytes,
      int rows) {
    for (int k = 0; k < head.actions(); k++) {
      element(
          drawn.scratch().segment(),
          4L * k * drawn.columnLength(),
          head.scale(k),
          head.bias(k),
          actions,
          at + 4L * k,
          rowBytes,
          rows);
    }
  }

  private static void element(
      MemorySegment columns,
      long from,
      float scale,
      float bias,
      MemorySegment actions,
      long at,
      long rowBytes,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float y = columns.get(JAVA_FLOAT, from + 4L * r);
      actions.set(JAVA_FLOAT, at + r * rowBytes, Math.fma(scale, y, bias));
    }
  }
}
