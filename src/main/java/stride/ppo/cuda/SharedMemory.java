package stride.ppo.cuda;

import stride.nn.LinearLayout;
import stride.nn.MlpLayout;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;

/**
 * How much of a block's shared memory the kernels for narrow networks take: the formula of {@code
 * network.cuh}, needed before anything is compiled. {@link LaunchSizes} asks the kernels whether
 * both agree.
 *
 * <pre>
 *   weights and biases | log-std, 1 / std | observations | outputs of layers | results | columns |
 *                                           rows of a chunk each ->
 * </pre>
 */
final class SharedMemory {
  /** Static shared memory of a kernel, with a margin. */
  private static final int BESIDE = 4096;

  /** Above, a thread has too many outputs to compute. */
  private static final int WIDEST = 128;

  private static final int COLUMNS = 12;

  private SharedMemory() {}

  /**
   * How many rows a block can take at a time, at most as many as wanted; 0 if the networks are too
   * wide for this.
   *
   * @param wanted rows, the fewest or a multiple of them by a power of two
   * @param fewest rows that the kernels can take
   * @param limit bytes that a block may have
   */
  static int chunkRows(PolicyLayout policy, int wanted, int fewest, int limit) {
    if (Math.max(widest(policy.actor()), widest(policy.critic())) > WIDEST) {
      return 0;
    }
    int rows = wanted;
    while (rows >= fewest && !fits(policy, rows, limit)) {
      rows /= 2;
    }
    return rows >= fewest ? rows : 0;
  }

  /** Whether a block can take so many rows at a time. */
  static boolean fits(PolicyLayout policy, int rows, int limit) {
    return bytes(policy, rows) + BESIDE <= limit;
  }

  /** Bytes that a block takes. */
  static long bytes(PolicyLayout policy, int rows) {
    final PolicySpec spec = policy.spec();
    boolean categorical = spec.distribution() == PolicySpec.Distribution.CATEGORICAL;
    long fixed = weights(policy.actor()) + weights(policy.critic()) + 2L * padded(spec.actions());
    long perRow =
        odd(policy.inputStride())
            + perRow(policy.actor())
            + perRow(policy.critic())
            + COLUMNS
            + (categorical ? 0 : spec.actions());
    return Float.BYTES * (fixed + rows * perRow);
  }

  private static long weights(MlpLayout network) {
    long floats = 0;
    for (int i = 0; i < network.layers(); i++) {
      LinearLayout layer = network.layer(i);
      floats += (padded(layer.inputs()) + 1L) * odd(layer.outputs());
    }
    return floats;
  }

  private static long perRow(MlpLayout network) {
    int layers = network.layers();
    long hidden = layers > 1 ? (long) layers * odd(widest(network)) : 0;
    return hidden + 2L * odd(network.layer(layers - 1).outputs());
  }

  /** Outputs of the widest hidden layer; 0 if there is none. */
  private static int widest(MlpLayout network) {
    return network.spec().hidden().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Whole words of four floats. */
  private static int padded(int floats) {
    return Math.ceilDiv(floats, 4) * 4;
  }

  /** An odd number of such words, which avoids bank conflicts between rows. */
  private static int odd(int floats) {
    int words = Math.ceilDiv(floats, 4);
    return 4 * (words % 2 == 1 ? words : words + 1);
  }
}
