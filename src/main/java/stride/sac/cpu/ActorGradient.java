package stride.sac.cpu;

import static stride.nn.cpu.Lanes.LANES;

import java.lang.foreign.MemorySegment;
import stride.memory.FloatSlab;
import stride.nn.SquashedHead;
import stride.nn.cpu.Columns;
import stride.sac.DrawnActions;

/** Gradients of the actor's outputs, from what {@link Sampling} left in the scratch. */
final class ActorGradient {
  private ActorGradient() {}

  /** {@code entropy} is weight * alpha. */
  static void gradient(
      SquashedHead head,
      DrawnActions drawn,
      float entropy,
      FloatSlab actionGradients,
      int firstColumn,
      FloatSlab gradients,
      int rows) {
    final int n = head.actions();
    final MemorySegment scratch = drawn.scratch().segment();
    final long column = 4L * drawn.columnLength();
    final long group = n * column;
    for (int k = 0; k < n; k++) {
      long to = Sampling.LOG_STDS * group + k * column;
      Columns.read(actionGradients, firstColumn + k, scratch, to, rows);
    }
    Squashing.gradient(
        scratch,
        entropy,
        Sampling.Y * group,
        Sampling.WIDTHS * group,
        Sampling.LOG_STDS * group,
        Sampling.SLOPES * group,
        Sampling.SPREADS * group,
        Math.toIntExact(group / 4 / LANES));
    for (int k = 0; k < n; k++) {
      Columns.write(scratch, Sampling.LOG_STDS * group + k * column, gradients, k, rows);
      Columns.write(scratch, Sampling.SLOPES * group + k * column, gradients, n + k, rows);
    }
  }
}
