package stride.reinforce;

import java.lang.foreign.Arena;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.SlabAllocator;
import stride.ppo.LossSums;
import stride.replay.ReplayEpisodes;
import stride.replay.ReplayMemory;

/** What the members of a team share in an update. Closing is idempotent. */
final class EpisodeSlabs implements AutoCloseable {
  static final int LEARNING_RATE = 0;
  static final int POLICY_LOSS = 1;
  static final int VALUE_LOSS = 2;
  static final int ENTROPY = 3;
  static final int GRAD_NORM = 4;
  private static final int LAST = 5;

  private final Arena arena = Arena.ofShared();
  private final ReplayEpisodes episodes;
  private final FloatSlab advantages; // [S, N], by the memory's rows
  private final FloatSlab logProbs; // [S, N]
  private final DoubleSlab sums; // [2, parts, LossSums.LENGTH]
  private final LongSlab counters; // [2]: steps of the optimiser, updates
  private final DoubleSlab last; // [LAST]: what the last update looked like

  /**
   * Slabs of zeros.
   *
   * @param mostParts the most parts of an update
   */
  EpisodeSlabs(ReplayMemory memory, int mostParts) {
    this.episodes = new ReplayEpisodes(memory, SlabAllocator.PAGES);
    final long[] rows = episodes.returns().shape().dims();
    this.advantages = FloatSlab.allocate(arena, rows);
    this.logProbs = FloatSlab.allocate(arena, rows);
    this.sums = DoubleSlab.allocate(arena, 2, mostParts, LossSums.LENGTH);
    this.counters = LongSlab.allocate(arena, 2);
    this.last = DoubleSlab.allocate(arena, LAST);
  }

  /** The owner of what lives as long. */
  Arena arena() {
    return arena;
  }

  ReplayEpisodes episodes() {
    return episodes;
  }

  /** Returns less the baseline: [S, N]. */
  FloatSlab advantages() {
    return advantages;
  }

  /** Of the actions when they were drawn, which nobody asks for: [S, N]. */
  FloatSlab logProbs() {
    return logProbs;
  }

  /** Sums of losses: [2, parts, LossSums.LENGTH]. */
  DoubleSlab sums() {
    return sums;
  }

  /** [2]: steps of the optimiser, updates. */
  LongSlab counters() {
    return counters;
  }

  /**
   * What the last update looked like, by the constants of this class: part of the state, since an
   * iteration may pass without an update.
   */
  DoubleSlab last() {
    return last;
  }

  @Override
  public void close() {
    episodes.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
