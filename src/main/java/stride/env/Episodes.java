package stride.env;

import java.lang.foreign.Arena;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;

/** The running episode of each environment of a shard, and how often its simulation broke. */
final class Episodes {
  /** Doubles that {@link #save} writes for a row. */
  static final int STATE = 4;

  private final int numEnvs;
  private final LongSlab numbers; // [n] of the running episode; 0: none yet
  private final IntSlab lengths; // [n] steps so far
  private final DoubleSlab returns; // [n] sum of plain rewards so far
  private final LongSlab divergences; // [n]

  Episodes(Arena arena, int numEnvs) {
    this.numEnvs = numEnvs;
    this.numbers = LongSlab.allocate(arena, numEnvs);
    this.lengths = IntSlab.allocate(arena, numEnvs);
    this.returns = DoubleSlab.allocate(arena, numEnvs);
    this.divergences = LongSlab.allocate(arena, numEnvs);
  }

  /** Begins the next episode of a row; the first has number 1. */
  long begin(int row) {
    long number = numbers.get(row) + 1;
    numbers.set(row, number);
    lengths.set(row, 0);
    returns.set(row, 0);
    return number;
  }

  /** Counts a step; returns the episode's length. */
  int step(int row, double score) {
    int length = lengths.get(row) + 1;
    lengths.set(row, length);
    returns.set(row, returns.get(row) + score);
    return length;
  }

  int length(int row) {
    return lengths.get(row);
  }

  double episodeReturn(int row) {
    return returns.get(row);
  }

  void diverged(int row) {
    divergences.set(row, divergences.get(row) + 1);
  }

  long divergences() {
    long sum = 0;
    for (int row = 0; row < numEnvs; row++) {
      sum += divergences.get(row);
    }
    return sum;
  }

  // counts are exact as doubles up to 2^53
  void save(int row, DoubleSlab to, long at) {
    to.set(at, (double) numbers.get(row));
    to.set(at + 1, lengths.get(row));
    to.set(at + 2, returns.get(row));
    to.set(at + 3, (double) divergences.get(row));
  }

  void restore(int row, DoubleSlab from, long at) {
    numbers.set(row, (long) from.get(at));
    lengths.set(row, (int) from.get(at + 1));
    returns.set(row, from.get(at + 2));
    divergences.set(row, (long) from.get(at + 3));
  }
}
