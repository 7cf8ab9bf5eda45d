package stride.ppo.cpu;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import stride.nn.cpu.Columns;
import stride.ppo.ChunkSlabs;
import stride.ppo.UpdateConfig;

/** Loss of the values. The scratch holds two columns: values and their gradients. */
final class ValueLoss {
  private ValueLoss() {}

  static void loss(UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
    final MemorySegment scratch = chunk.scratch().segment();
    final long gradientAt = 4L * chunk.columnLength();
    final int vectors = Math.ceilDiv(rows, LANES);
    final float slope = (float) (weight * config.vfCoef());
    Columns.read(chunk.critic().last(), 0, scratch, 0, rows);
    if (config.clipVloss()) {
      clipped(chunk, (float) config.clipCoef(), slope, gradientAt, vectors);
    } else {
      plain(chunk, slope, gradientAt, vectors);
    }
    Columns.write(scratch, gradientAt, chunk.criticGradients().last(), 0, rows);
  }

  private static void plain(ChunkSlabs chunk, float slope, long gradientAt, int vectors) {
    final MemorySegment scratch = chunk.scratch().segment();
    final MemorySegment returns = chunk.returns().segment();
    final MemorySegment losses = chunk.valueLosses().segment();
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector error = load(scratch, here).sub(load(returns, here));
      error.mul(error).mul(0.5f).intoMemorySegment(losses, here, ORDER);
      error.mul(slope).intoMemorySegment(scratch, gradientAt + here, ORDER);
    }
  }

  private static void clipped(
      ChunkSlabs chunk, float clip, float slope, long gradientAt, int vectors) {
    final MemorySegment scratch = chunk.scratch().segment();
    final MemorySegment returns = chunk.returns().segment();
    final MemorySegment olds = chunk.oldValues().segment();
    final MemorySegment losses = chunk.valueLosses().segment();
    for (int i = 0; i < vectors; i++) {
      long here = i * BYTES;
      FloatVector value = load(scratch, here);
      FloatVector target = load(returns, here);
      FloatVector old = load(olds, here);
      FloatVector error = value.sub(target);
      FloatVector move = value.sub(old);
      FloatVector near = move.blend(-clip, move.compare(LT, -clip));
      near = near.blend(clip, near.compare(GT, clip));
      FloatVector nearError = near.add(old).sub(target);
      FloatVector loss = error.mul(error);
      FloatVector nearLoss = nearError.mul(nearError);
      loss.max(nearLoss).mul(0.5f).intoMemorySegment(losses, here, ORDER);
      // inside the clip the two differ by rounding only
      VectorMask<Float> through = loss.compare(GE, nearLoss).or(move.abs().compare(LE, clip));
      FloatVector.zero(FLOATS)
          .blend(error.mul(slope), through)
          .intoMemorySegment(scratch, gradientAt + here, ORDER);
    }
  }
}
