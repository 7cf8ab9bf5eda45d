package stride.sac;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LinearLayout;
import stride.nn.SquashedHead;

/**
 * What actions are drawn from, and what is left of it for gradients. {@code C} is the most rows,
 * {@code C'} that rounded up to 16; everything lies in columns {@code [C']}, whose elements beyond
 * the last row mean nothing.
 *
 * @param columnLength C'
 * @param noise columns [A, C'] of standard normals, and one more if A is odd: normals come in pairs
 * @param logProbs [C'], of what was drawn
 * @param scratch columns [5 A, C'] to work in; {@link SacKernels#sample} leaves there what {@link
 *     SacKernels#actorGradient} wants
 */
public record DrawnActions(
    int columnLength, FloatSlab noise, FloatSlab logProbs, FloatSlab scratch) {

  /** Adds the slabs to a plan, their names with a prefix, for calls of so many rows at most. */
  static void plan(SlabPlan plan, String name, SquashedHead head, int rows) {
    final int columnLength = LinearLayout.padded(rows);
    final int pairs = Math.ceilDiv(head.actions(), 2);
    plan.add(name + "_noise", ElementType.FLOAT, 2L * pairs, columnLength)
        .add(name + "_log_probs", ElementType.FLOAT, columnLength)
        .add(name + "_scratch", ElementType.FLOAT, 5L * head.actions(), columnLength);
  }

  /** Finds the slabs in a block that was allocated from a plan of {@link #plan}. */
  static DrawnActions of(SlabBlock block, String name) {
    final FloatSlab logProbs = block.floats(name + "_log_probs");
    return new DrawnActions(
        Math.toIntExact(logProbs.length()),
        block.floats(name + "_noise"),
        logProbs,
        block.floats(name + "_scratch"));
  }
}
