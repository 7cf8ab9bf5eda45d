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
 * <p>The order of rows follows from the number of the update and from the rows that diverged,
 * usually none. So rows are shuffled while the device works on the update before, and again if some
 * did diverge or another update follows than was expected.
 */
final class ShuffledRows implements HostMemory {
  private static final long NONE = -1;

  private final Team team;
  private final int epochs;
  private final Minibatches minibatches;
  private final DeviceCopy copy;
  private final List<RandomStream> randoms = new ArrayList<>(); // one for each thread
  private final Team.Work work = this::shuffle; // made once: an update allocates nothing
  private final Event copied; // after it the host's rows may be overwritten
  private long update; // the update whose rows are shuffled
  private long whole = NONE; // the update for which the host has all rows shuffled
  private int rows; // usable in the update that was last prepared

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
   * Shuffles the usable rows for all epochs of an update, unless that is done, and starts their
   * copy. The update before has ended.
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
   * Shuffles all rows for the update that is expected next. For the thread that prepares, best
   * while the device works; first waits until the device has the rows of the last update.
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

  /** Where the shuffled rows lie on the device: [epochs, rows]. */
  long address() {
    return copy.address(minibatches.order());
  }

  @Override
  public void close() {
    copy.close();
    minibatches.close();
  }
}
