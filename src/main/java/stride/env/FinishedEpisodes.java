package stride.env;

import java.lang.foreign.Arena;
import java.util.Objects;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;

/**
 * The episodes of a shard that terminated or were truncated since the last merge, in the order of
 * step, then environment.
 *
 * <p>Room for them is allocated once. When it is full the oldest are dropped: with room for at
 * least {@link EpisodeStatistics#WINDOW} the window stays exact, with room for every environment at
 * every step of a rollout nothing is lost. Belongs to the shard and its thread.
 */
public final class FinishedEpisodes {
  private final int capacity;
  private final DoubleSlab returns; // [capacity]
  private final IntSlab lengths; // [capacity]
  private final IntSlab envs; // [capacity]
  private final LongSlab steps; // [capacity]
  private int first; // place of the oldest
  private int size;
  private long dropped;

  FinishedEpisodes(Arena arena, int capacity) {
    this.capacity = capacity;
    this.returns = DoubleSlab.allocate(arena, capacity);
    this.lengths = IntSlab.allocate(arena, capacity);
    this.envs = IntSlab.allocate(arena, capacity);
    this.steps = LongSlab.allocate(arena, capacity);
  }

  void add(double episodeReturn, int length, int env, long step) {
    if (size == capacity) {
      dropOldest();
      dropped++;
    }
    int place = place(size);
    returns.set(place, episodeReturn);
    lengths.set(place, length);
    envs.set(place, env);
    steps.set(place, step);
    size++;
  }

  void dropOldest() {
    first = place(1);
    size--;
  }

  /** Whether this buffer's oldest episode ended before that of another; both hold one. */
  boolean isBefore(FinishedEpisodes other) {
    long step = step(0);
    long otherStep = other.step(0);
    return step < otherStep || (step == otherStep && env(0) < other.env(0));
  }

  private int place(int index) {
    int place = first + index;
    return place < capacity ? place : place - capacity;
  }

  private int checkedPlace(int index) {
    return place(Objects.checkIndex(index, size));
  }

  /** The number of episodes kept. */
  public int size() {
    return size;
  }

  /** The number of episodes that made way for newer ones since the last {@link #clear}. */
  public long dropped() {
    return dropped;
  }

  /** The sum of an episode's rewards, not discounted. */
  public double episodeReturn(int index) {
    return returns.get(checkedPlace(index));
  }

  /** The env steps of an episode. */
  public int length(int index) {
    return lengths.get(checkedPlace(index));
  }

  /** The global index of the episode's environment. */
  public int env(int index) {
    return envs.get(checkedPlace(index));
  }

  /** The env steps that the environment had made when the episode ended, the last one included. */
  public long step(int index) {
    return steps.get(checkedPlace(index));
  }

  /** Forgets all. */
  public void clear() {
    first = 0;
    size = 0;
    dropped = 0;
  }
}
