package stride.random;

/**
 * Random numbers of one purpose, drawn in order from a chosen index and position.
 *
 * <p>For what happens rarely: resets, initial parameters, shuffles. {@link #seek} is free, so that
 * one stream serves many environments. Belongs to one thread. Uses {@link StrictMath} only: same
 * bits on every machine, interpreted or compiled.
 */
public final class RandomStream {
  private final long seed;
  private final Purpose purpose;
  private final Philox philox = new Philox();
  private int index;
  private long position;
  private int block;
  private int used;

  /** A stream at index 0, position 0. */
  public RandomStream(long seed, Purpose purpose) {
    this.seed = seed;
    this.purpose = purpose;
    seek(0, 0);
  }

  /**
   * Goes to the first number of an index, for example a global environment index, and a position,
   * for example an episode's number.
   */
  public void seek(int newIndex, long newPosition) {
    index = newIndex;
    position = newPosition;
    block = 0;
    used = 4;
  }

  /** 32 random bits. */
  public int nextInt() {
    if (used == 4) {
      if (block == Philox.MAX_BLOCKS) {
        throw new IllegalStateException("more than 2^26 numbers at one position");
      }
      philox.block(
          index, (int) position, (int) (position >>> 32), purpose.counterWord(block), seed);
      block++;
      used = 0;
    }
    return switch (used++) {
      case 0 -> philox.word0;
      case 1 -> philox.word1;
      case 2 -> philox.word2;
      default -> philox.word3;
    };
  }

  /**
   * Uniform in [0, bound), without bias (Lemire, "Fast random integer generation in an interval",
   * 2019).
   *
   * @throws IllegalArgumentException if bound is below 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound=" + bound + ", required: >= 1");
    }
    final long threshold = Integer.remainderUnsigned(-bound, bound) & 0xFFFFFFFFL;
    while (true) {
      long product = (nextInt() & 0xFFFFFFFFL) * bound;
      if ((product & 0xFFFFFFFFL) >= threshold) {
        return (int) (product >>> 32);
      }
    }
  }

  /** Uniform in [0, 1), with 53 random bits. */
  public double nextDouble() {
    int high = nextInt() >>> 5;
    int low = nextInt() >>> 6;
    return ((long) high << 26 | low) * 0x1p-53;
  }

  /** Uniform in [low, high). */
  public double uniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** Standard normal (Box and Muller, 1958). Takes two uniforms and gives one number. */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * nextDouble());
  }
}
