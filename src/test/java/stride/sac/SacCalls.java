package stride.sac;

import java.lang.foreign.Arena;
import java.util.Collections;
import java.util.List;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LinearLayout;
import stride.nn.SquashedHead;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Some rows of seeded noise, and every kernel's call on them; closes all. */
final class SacCalls implements AutoCloseable {
  private static final int ACTIONS = 6;
  private static final int OBSERVATIONS = 17;
  private static final int STRIDE = LinearLayout.padded(OBSERVATIONS + ACTIONS);
  private static final float ALPHA = 0.2f;

  private final SacKernels kernels;
  private final int rows;
  private final SquashedHead head =
      new SquashedHead(Collections.nCopies(ACTIONS, -0.5f), Collections.nCopies(ACTIONS, 2f));
  private final Arena arena = Arena.ofShared();
  private final SlabBlock block;
  private final DrawnActions drawn;
  private final FloatSlab outputs;
  private final FloatSlab gradients;
  private final FloatSlab inputs;
  private final FloatSlab modes;
  private final FloatSlab through;
  private final List<FloatSlab> values;
  private final List<FloatSlab> slopes;
  private final FloatSlab rewards;
  private final FloatSlab discounts;
  private final FloatSlab targets;
  private final FloatSlab losses;

  /** Rows [from, from + rows) of those that a seed gives. */
  SacCalls(SacKernels kernels, long seed, int from, int rows) {
    this.kernels = kernels;
    this.rows = rows;
    SlabPlan plan = new SlabPlan();
    DrawnActions.plan(plan, "drawn", head, rows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.drawn = DrawnActions.of(block, "drawn");
    this.outputs = FloatSlab.allocate(arena, rows, head.outputStride());
    this.gradients = FloatSlab.allocate(arena, rows, head.outputStride());
    this.inputs = FloatSlab.allocate(arena, rows, STRIDE);
    this.modes = FloatSlab.allocate(arena, rows, ACTIONS);
    this.through = FloatSlab.allocate(arena, rows, STRIDE);
    this.values = List.of(FloatSlab.allocate(arena, rows, 16), FloatSlab.allocate(arena, rows, 16));
    this.slopes = List.of(FloatSlab.allocate(arena, rows, 16), FloatSlab.allocate(arena, rows, 16));
    this.rewards = FloatSlab.allocate(arena, rows);
    this.discounts = FloatSlab.allocate(arena, rows);
    this.targets = FloatSlab.allocate(arena, rows);
    this.losses = FloatSlab.allocate(arena, rows);
    for (int r = 0; r < rows; r++) {
      draw(new RandomStream(seed + from + r, Purpose.BENCHMARK), r);
    }
  }

  private void draw(RandomStream random, int r) {
    for (int k = 0; k < head.outputs(); k++) {
      outputs.set((long) r * head.outputStride() + k, (float) (2 * random.nextGaussian()));
    }
    for (int k = 0; k < ACTIONS; k++) {
      drawn.noise().set((long) k * drawn.columnLength() + r, (float) random.nextGaussian());
      through.set((long) r * STRIDE + OBSERVATIONS + k, (float) random.nextGaussian());
    }
    values.forEach(each -> each.set(16L * r, (float) random.nextGaussian()));
    rewards.set(r, (float) random.nextGaussian());
    discounts.set(r, random.nextInt(5) == 0 ? 0 : 0.99f);
  }

  /** Calls every kernel. */
  void run() {
    final float weight = 1f / 256;
    kernels.mode(head, outputs, drawn, modes, 0, ACTIONS, rows);
    kernels.sample(head, outputs, drawn, inputs, OBSERVATIONS, STRIDE, rows);
    kernels.targets(
        ALPHA,
        values.getFirst(),
        values.getLast(),
        drawn.logProbs(),
        rewards,
        discounts,
        targets,
        rows);
    kernels.criticLoss(values.getFirst(), targets, weight, slopes.getFirst(), losses, rows);
    kernels.actorLoss(
        ALPHA,
        weight,
        values.getFirst(),
        values.getLast(),
        drawn.logProbs(),
        slopes.getFirst(),
        slopes.getLast(),
        losses,
        rows);
    kernels.actorGradient(
        head, outputs, drawn, ALPHA, weight, through, OBSERVATIONS, gradients, rows);
  }

  /** Adds the bits of all rows to a checksum, row by row. */
  long checksum(long before) {
    long checksum = before;
    for (int r = 0; r < rows; r++) {
      checksum = checksum * 31 + Float.floatToIntBits(drawn.logProbs().get(r));
      for (FloatSlab slab : List.of(gradients, inputs, modes, slopes.getFirst())) {
        long stride = slab.shape().dim(1);
        for (long k = r * stride; k < (r + 1) * stride; k++) {
          checksum = checksum * 31 + Float.floatToIntBits(slab.get(k));
        }
      }
      checksum = checksum * 31 + Float.floatToIntBits(targets.get(r));
      checksum = checksum * 31 + Float.floatToIntBits(losses.get(r));
    }
    return checksum;
  }

  @Override
  public void close() {
    block.close();
    arena.close();
  }
}
