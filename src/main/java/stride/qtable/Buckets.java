package stride.qtable;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import stride.memory.FloatSlab;

/**
 * Which cell of a table an observation belongs to: each coordinate falls into a bucket, between the
 * edges on both sides of it.
 *
 * <pre>
 *   edges:            -w          ...          w
 *   buckets:     0     |     1     |    ...    |     b - 1
 * </pre>
 *
 * A number on an edge belongs to the bucket above it. The last coordinate varies fastest.
 */
final class Buckets {
  private final double[][] edges; // [D, buckets - 1], each row in order
  private final int[] strides; // [D] cells from one bucket to the next
  private final int cells;

  /** Between given edges, those of each coordinate in order. */
  Buckets(double[][] edges) {
    this.edges = Arrays.stream(edges).map(double[]::clone).toArray(double[][]::new);
    this.strides = new int[edges.length];
    long product = 1;
    for (int k = edges.length - 1; k >= 0; k--) {
      strides[k] = (int) product;
      product *= edges[k].length + 1;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "buckets of %d coordinates make more than %d cells"
                .formatted(edges.length, Integer.MAX_VALUE));
      }
    }
    this.cells = (int) product;
  }

  /**
   * Evenly wide, but for the outer two of a coordinate, which have no end.
   *
   * @param counts of buckets, one for each coordinate
   * @param reach w, the last edge of each coordinate; the first is -w, and two buckets meet at 0
   */
  static Buckets even(List<Integer> counts, List<Double> reach) {
    double[][] edges = new double[counts.size()][];
    for (int k = 0; k < edges.length; k++) {
      edges[k] = even(counts.get(k), reach.get(k));
    }
    return new Buckets(edges);
  }

  /** The number of cells that so many buckets make, or infinitely many. */
  static double cells(List<Integer> counts) {
    return counts.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
  }

  private static double[] even(int count, double reach) {
    double[] edges = new double[count - 1];
    for (int k = 0; k < edges.length; k++) {
      edges[k] = edges.length == 1 ? 0 : reach * (2.0 * k / (edges.length - 1) - 1);
    }
    return edges;
  }

  /** D, the number of coordinates. */
  int coordinates() {
    return edges.length;
  }

  int cells() {
    return cells;
  }

  /** The bucket of one coordinate. */
  int bucket(int coordinate, double value) {
    int bucket = 0;
    for (double edge : edges[coordinate]) {
      bucket += edge <= value ? 1 : 0; // no branch: the edges are few
    }
    return bucket;
  }

  /** The cell of an observation [D] from an element on. */
  int cell(FloatSlab observations, long at) {
    final MemorySegment floats = observations.segment();
    int cell = 0;
    for (int k = 0; k < edges.length; k++) {
      cell += strides[k] * bucket(k, floats.get(JAVA_FLOAT, Float.BYTES * (at + k)));
    }
    return cell;
  }
}
