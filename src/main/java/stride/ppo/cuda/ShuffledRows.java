package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import stride.cuda.Device;
import stride.cuda.Event;
import stride.cuda.Stream;
import stride.memory.ByteSlab;
import stride.parallel.Team;
import stride.ppo.Minibatches;
import stride.ppo.UpdateConfig;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * The rows of every minibatch, shuffled on the host as for the other backends.
 *
 * <p>An update's orders follow from its number and the rows that diverged, of which there are none
 * as a rule. So they are shuffled while the device works on the update before, and shuffled anew
 * where rows did diverge, or another update comes than was expected.
 */
final class ShuffledRows implements HostMemory {
  private static final long NONE = -1;

  private final Team team;
  private final int epochs;
  private final Minibatches minibatches;
  private final DeviceCopy copy;
  private final List<RandomStream> randoms = new ArrayList<>(); // one for each thread
  private final Team.Work work = this::shuffle; // made once: an update allocates nothing
  private final Event copied; // the host's orders may be overwritten behind it
  private long update; // whose orders are shuffled
  private long whole = NONE; // the update whose orders of all rows the host has
  private int rows; // usable ones of the update that was last prepared

  ShuffledRows(Device device, Team team, UpdateConfig config, int rows, long seed) {
    this.team = team;
    this.epochs = config.updateEpochs();
    this.minibatches = new Minibatches(rows, config.numMinibatches(), epochs);
    try {
      this.copied = new Event(device);
      this.copy = new DeviceCopy(device, minibatches.block());
    } catch (RuntimeException e) {
      minibatches.close();
      throw e;
    }
    for (int k = 0; k < team.size(); k++) {
      randoms.add(new RandomStream(seed, Purpose.SHUFFLE));
    }
  }

  /**
   * Shuffles the usable rows for all epochs of an update, if need be, and starts their copy. The
   * update before has been waited for.
   */
  void prepare(ByteSlab diverged, long number, Stream stream) {
    minibatches.begin(diverged);
    rows = minibatches.rows();
    final boolean all = rows == minibatches.capacity();
    if (!all || whole != number) {
      shuffleFor(number);
    }
    whole = all ? number : NONE;
    copy.upload(stream);
    copied.record(stream);
  }

  /**
   * Shuffles all rows for an update that is expected to come next. For the thread that prepares,
   * best while the device works; first waits until it has the orders of the last update.
   */
  void expect(long number) {
    copied.synchronize();
    minibatches.beginWhole();
    shuffleFor(number);
    whole = number;
  }

  private void shuffleFor(long number) {
    whole = NONE; // until all is done
    update = number;
    team.run(work);
  }

  private void shuffle(int member) {
    for (int epoch = member; epoch < epochs; epoch += team.size()) {
      minibatches.shuffle(epoch, randoms.get(member), update * epochs + epoch);
    }
  }

  /** How many rows are usable in the update that was last prepared. */
  int rows() {
    return rows;
  }

  /** Where the orders lie on the device: [epochs, rows]. */
  long address() {
    return copy.address(minibatches.order());
  }

  @Override
  public void close() {
    copy.close();
    minibatches.close();
  }
}
