package stride.train;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.learn.Journal;
import stride.memory.DoubleSlab;
import stride.memory.Slab;

/** A ring of numbers, a few of which are written in every iteration. */
final class FakeJournal implements Journal, AutoCloseable {
  static final int STEPS = 4; // an iteration

  private final Arena arena = Arena.ofConfined();
  private final DoubleSlab ring; // [capacity]
  private long steps;

  FakeJournal(int capacity) {
    ring = DoubleSlab.allocate(arena, capacity);
  }

  void add(double seed) {
    for (int k = 0; k < STEPS; k++) {
      ring.set(steps % ring.length(), seed + steps);
      steps++;
    }
  }

  double sum() {
    double sum = 0;
    for (long step = oldestNeeded(); step < steps; step++) {
      sum += ring.get(step % ring.length());
    }
    return sum;
  }

  /** What a restored learner has is yet to come: nothing of before may be of use. */
  void goTo(long iteration) {
    steps = iteration * STEPS;
    ring.fill(Double.NaN);
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public long oldestNeeded() {
    return Math.max(0, steps - ring.length());
  }

  @Override
  public SequencedMap<String, Slab> rows(long from, long to) {
    if (from < oldestNeeded() || to > steps) {
      throw new IllegalArgumentException("rows [%d, %d)".formatted(from, to));
    }
    DoubleSlab rows = DoubleSlab.allocate(arena, to - from);
    for (long k = 0; k < rows.length(); k++) {
      rows.set(k, ring.get((from + k) % ring.length()));
    }
    SequencedMap<String, Slab> named = new LinkedHashMap<>();
    named.put("numbers", rows);
    return named;
  }

  @Override
  public void restore(long from, Map<String, Slab> rows) {
    if (!(rows.get("numbers") instanceof DoubleSlab numbers)) {
      throw new IllegalArgumentException("no slab numbers");
    }
    for (long k = 0; k < numbers.length(); k++) {
      long step = from + k;
      if (step >= oldestNeeded()) {
        ring.set(step % ring.length(), numbers.get(k));
      }
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
