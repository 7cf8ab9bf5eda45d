package stride.lab.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

/**
 * What a search has decided by the clock, and how long it took: with it a later sitting decides
 * alike, although its clock shows another time.
 */
final class Journal {
  /** Where it is kept. */
  @FunctionalInterface
  interface Store {
    void save(List<Integer> decisions, double seconds);
  }

  private final List<Integer> decisions;
  private final double secondsBefore;
  private final DoubleSupplier clock;
  private final Store store;
  private int replayed;

  /** Goes on with decisions of sittings that took some seconds; the clock shows this sitting's. */
  Journal(List<Integer> decisions, double secondsBefore, DoubleSupplier clock, Store store) {
    this.decisions = new ArrayList<>(decisions);
    this.secondsBefore = secondsBefore;
    this.clock = clock;
    this.store = store;
  }

  /** The next decision: that of an earlier sitting, or a new one. */
  int decide(IntSupplier anew) {
    if (replayed == decisions.size()) {
      decisions.add(anew.getAsInt());
      save();
    }
    return decisions.get(replayed++);
  }

  double seconds() {
    return secondsBefore + clock.getAsDouble();
  }

  List<Integer> decisions() {
    return List.copyOf(decisions);
  }

  void save() {
    store.save(decisions(), seconds());
  }
}
