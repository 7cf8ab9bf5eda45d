package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import stride.cuda.Device;
import stride.cuda.Stream;
import stride.memory.ByteSlab;
import stride.parallel.Team;
import stride.ppo.Minibatches;
import stride.ppo.UpdateConfig;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * The rows of every minibatch, shuffled on the host as for the other backends, while the device is
 * busy with the rollout.
 */
final class Orders implements HostPart {
  private final Team team;
  private final int epochs;
  private final Minibatches minibatches;
  private final Mirror mirror;
  private final List<RandomStream> randoms = new ArrayList<>(); // one for each thread
  private final Team.Work work = this::shuffle; // made once: an update allocates nothing
  private long firstEpoch;

  Orders(Device device, Team team, UpdateConfig config, int rows, long seed) {
    this.team = team;
    this.epochs = config.updateEpochs();
    this.minibatches = new Minibatches(rows, config.numMinibatches(), epochs);
    try {
      this.mirror = new Mirror(device, minibatches.block());
    } catch (RuntimeException e) {
      minibatches.close();
      throw e;
    }
    for (int k = 0; k < team.size(); k++) {
      randoms.add(new RandomStream(seed, Purpose.SHUFFLE));
    }
  }

  /** Shuffles the usable rows for all epochs of an update, and starts their copy. */
  void prepare(ByteSlab diverged, long update, Stream stream) {
    minibatches.begin(diverged);
    firstEpoch = update * epochs;
    team.run(work);
    mirror.upload(stream);
  }

  private void shuffle(int member) {
    for (int epoch = member; epoch < epochs; epoch += team.size()) {
      minibatches.shuffle(epoch, randoms.get(member), firstEpoch + epoch);
    }
  }

  /** How many rows are usable. */
  int rows() {
    return minibatches.rows();
  }

  /** Where the orders lie on the device: [epochs, rows]. */
  long address() {
    return mirror.address(minibatches.order());
  }

  @Override
  public void close() {
    mirror.close();
    minibatches.close();
  }
}
