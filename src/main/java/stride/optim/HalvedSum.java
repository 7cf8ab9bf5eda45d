package stride.optim;

import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.parallel.Partition;

/**
 * The sum of the chunks' gradients: those of the first half in order, those of the second half in
 * order, and the two, whatever the number of threads.
 *
 * <p>Up to two threads own a half each, or both, and add it up before they meet: two cores hand a
 * slab over in some 9 us, several times what it takes to add it. More threads add up everything
 * afterwards, each for itself.
 */
record HalvedSum(Kernels kernels, boolean before) {
  /** For a team of so many threads. */
  static HalvedSum of(Kernels kernels, int threads) {
    return new HalvedSum(kernels, threads <= 2);
  }

  private static int middle(int chunks) {
    return Partition.start(chunks, 1, 2);
  }

  /**
   * Before the threads meet: a half that lies in a thread's own chunks is added up in its first.
   */
  void own(FloatSlab[] slots, int first, int chunks, int from, int to) {
    if (before) {
      half(slots, first, from, Math.min(to, middle(chunks)));
      half(slots, first, Math.max(from, middle(chunks)), to);
    }
  }

  private void half(FloatSlab[] slots, int first, int from, int to) {
    for (int c = from + 1; c < to; c++) {
      kernels.add(slots[first + from], slots[first + c], slots[first + from]);
    }
  }

  /** After they have met; {@code spare} is as long as the sum. */
  void all(FloatSlab[] slots, int first, int chunks, FloatSlab sum, FloatSlab spare) {
    final int middle = middle(chunks);
    if (chunks == 1) {
      sum.copyFrom(slots[first]);
    } else if (before) {
      kernels.add(slots[first], slots[first + middle], sum);
    } else {
      copyOfHalf(slots, first, first + middle, sum);
      copyOfHalf(slots, first + middle, first + chunks, spare);
      kernels.add(sum, spare, sum);
    }
  }

  private void copyOfHalf(FloatSlab[] slots, int from, int to, FloatSlab sum) {
    sum.copyFrom(slots[from]);
    for (int c = from + 1; c < to; c++) {
      kernels.add(sum, slots[c], sum);
    }
  }
}
