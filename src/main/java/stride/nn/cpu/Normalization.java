package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;
import static stride.nn.cpu.Lanes.ORDER;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.RunningStatistics;

/**
 * Observation rows: their sums for the statistics, and their normalisation.
 *
 * <p>Rows are short and a multiple of 4 floats, so vectors of 4 are as good as longer ones; the
 * sums are scalar, as conversion to double would take more than it gives.
 */
final class Normalization {
  private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
  private static final float CLIP = RunningStatistics.CLIP;

  private Normalization() {}

  static void normalize(RunningStatistics statistics, FloatSlab x, long offset, int rows) {
    final MemorySegment mean = statistics.mean().segment(); // [stride]
    final MemorySegment inverse = statistics.inverseStd().segment(); // [stride]
    final int stride = statistics.stride();
    for (int r = 0; r < rows; r++) {
      normalizeRow(x.segment(), 4 * (offset + (long) r * stride), mean, inverse, stride / 4);
    }
  }

  private static void normalizeRow(
      MemorySegment x, long row, MemorySegment mean, MemorySegment inverse, int vectors) {
    for (int i = 0; i < vectors; i++) {
      FloatVector v =
          FloatVector.fromMemorySegment(FOUR, x, row + 16L * i, ORDER)
              .sub(FloatVector.fromMemorySegment(FOUR, mean, 16L * i, ORDER))
              .mul(FloatVector.fromMemorySegment(FOUR, inverse, 16L * i, ORDER));
      // compare and blend: NaN stays NaN
      v = v.blend(CLIP, v.compare(GT, CLIP));
      v = v.blend(-CLIP, v.compare(LT, -CLIP));
      v.intoMemorySegment(x, row + 16L * i, ORDER);
    }
  }

  static void accumulate(
      RunningStatistics statistics,
      FloatSlab x,
      long offset,
      DoubleSlab sums,
      int firstEnvironment,
      int rows) {
    final MemorySegment mean = statistics.mean().segment(); // [stride]
    final int size = statistics.size();
    for (int r = 0; r < rows; r++) {
      final long row = 4 * (offset + (long) r * statistics.stride());
      final long sum = 16L * (firstEnvironment + r) * size;
      accumulateRow(x.segment(), row, mean, sums.segment(), sum, size);
    }
  }

  private static void accumulateRow(
      MemorySegment x, long row, MemorySegment mean, MemorySegment sums, long sum, int size) {
    final long square = sum + 8L * size;
    for (int k = 0; k < size; k++) {
      double d = (double) x.get(JAVA_FLOAT, row + 4L * k) - mean.get(JAVA_FLOAT, 4L * k);
      sums.set(JAVA_DOUBLE, sum + 8L * k, sums.get(JAVA_DOUBLE, sum + 8L * k) + d);
      double squares = Math.fma(d, d, sums.get(JAVA_DOUBLE, square + 8L * k));
      sums.set(JAVA_DOUBLE, square + 8L * k, squares);
    }
  }
}
