package stride.ppo;

import stride.optim.MemberParameters;
import stride.random.Purpose;
import stride.random.RandomStream;

/** What a thread keeps from minibatch to minibatch. Closing is idempotent. */
final class UpdateMember implements AutoCloseable {
  final MemberParameters copy;
  final ChunkLoss loss;
  final AdvantageMoments moments = new AdvantageMoments();
  final LossSums sums = new LossSums();
  final RandomStream random;
  long steps;
  double norm;
  double clipfracSum;
  int minibatches;
  int epochs;

  /**
   * Takes over copy and loss.
   *
   * @param seed of shuffles
   */
  UpdateMember(MemberParameters copy, ChunkLoss loss, long seed) {
    this.copy = copy;
    this.loss = loss;
    this.random = new RandomStream(seed, Purpose.SHUFFLE);
  }

  /** Before the first minibatch of an update. */
  void begin() {
    clipfracSum = 0;
    minibatches = 0;
    epochs = 0;
  }

  @Override
  public void close() {
    copy.close();
    loss.close();
  }
}
