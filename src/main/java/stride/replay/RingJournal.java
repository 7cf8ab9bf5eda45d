package stride.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.learn.Journal;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Shape;
import stride.memory.Slab;

/**
 * A memory's transitions in the order of steps: what the ring has of them, and in {@code terminals}
 * the observations after the truncations among them, in the order of steps and environments.
 */
public final class RingJournal implements Journal, AutoCloseable {
  private static final String OBSERVATIONS = "observations";
  private static final String ACTIONS = "actions";
  private static final String REWARDS = "rewards";
  private static final String ENDS = "ends";
  private static final String TERMINALS = "terminals";

  private final ReplayMemory memory;
  private Arena arena = Arena.ofShared(); // owns the last rows given

  /** A journal of a memory, which must outlive it. */
  public RingJournal(ReplayMemory memory) {
    this.memory = memory;
  }

  @Override
  public long steps() {
    return memory.steps();
  }

  @Override
  public long oldestNeeded() {
    return memory.oldest(memory.steps());
  }

  @Override
  public SequencedMap<String, Slab> rows(long from, long to) {
    if (from < oldestNeeded() || to > steps() || from >= to) {
      throw new IllegalArgumentException(
          "from=%d, to=%d, required: %d <= from < to <= %d"
              .formatted(from, to, oldestNeeded(), steps()));
    }
    arena.close();
    arena = Arena.ofShared();
    final SequencedMap<String, Slab> rows = new LinkedHashMap<>();
    ring()
        .forEach(
            (name, slab) -> {
              Slab copy = allocate(slab, dims(slab, to - from));
              copy(slab, from, copy, 0, to - from, true);
              rows.put(name, copy);
            });
    final IntSlab ends = (IntSlab) rows.get(ENDS);
    final int truncations = truncations(ends);
    if (truncations > 0) {
      rows.put(TERMINALS, terminals(ends, truncations));
    }
    return rows;
  }

  /** The slabs by step. */
  private SequencedMap<String, Slab> ring() {
    final SequencedMap<String, Slab> ring = new LinkedHashMap<>();
    ring.put(OBSERVATIONS, memory.observations());
    ring.put(ACTIONS, actions());
    ring.put(REWARDS, memory.rewards());
    ring.put(ENDS, memory.ends());
    return ring;
  }

  private Slab actions() {
    return memory.actions().discrete() ? memory.actions().choices() : memory.actions().real();
  }

  private Slab allocate(Slab like, long... dims) {
    return switch (like) {
      case FloatSlab _ -> FloatSlab.allocate(arena, dims);
      case ByteSlab _ -> ByteSlab.allocate(arena, dims);
      default -> IntSlab.allocate(arena, dims);
    };
  }

  private static long[] dims(Slab ring, long steps) {
    final long[] dims = ring.shape().dims();
    dims[0] = steps;
    return dims;
  }

  /**
   * Copies steps between the ring and a slab of their own.
   *
   * @param first step of the ring
   * @param at place of that step in the slab
   * @param out whether out of the ring, else into it
   */
  private void copy(Slab ring, long first, Slab slab, long at, long steps, boolean out) {
    final long bytes = ring.sizeBytes() / memory.places(); // of a step
    final MemorySegment inRing = ring.segment();
    final MemorySegment inSlab = slab.segment();
    for (long done = 0; done < steps; ) {
      final long place = (first + done) % memory.places();
      final long count = Math.min(steps - done, memory.places() - place);
      final MemorySegment there = inRing.asSlice(place * bytes, count * bytes);
      final MemorySegment here = inSlab.asSlice((at + done) * bytes, count * bytes);
      if (out) {
        here.copyFrom(there);
      } else {
        there.copyFrom(here);
      }
      done += count;
    }
  }

  private static int truncations(IntSlab ends) {
    int truncations = 0;
    for (long k = 0; k < ends.length(); k++) {
      truncations += (ends.get(k) & ReplayMemory.TRUNCATED) != 0 ? 1 : 0;
    }
    return truncations;
  }

  private Slab terminals(IntSlab ends, int truncations) {
    final Slab ring = memory.terminals();
    final Slab kept = allocate(ring, truncations, ring.shape().dim(2));
    int count = 0;
    for (int k = 0; k < ends.length(); k++) {
      if ((ends.get(k) & ReplayMemory.TRUNCATED) != 0) {
        copyTerminal(ring, terminalRow(k, ends), kept, count++);
      }
    }
    return kept;
  }

  /** The row of the ring's terminals for a truncated row of a journal. */
  private int terminalRow(int row, IntSlab ends) {
    return memory.terminalRow(row % memory.numEnvs(), ends.get(row));
  }

  private void copyTerminal(Slab from, int fromRow, Slab to, int toRow) {
    final long bytes = memory.rowBytes();
    MemorySegment.copy(from.segment(), fromRow * bytes, to.segment(), toRow * bytes, bytes);
  }

  @Override
  public void restore(long from, Map<String, Slab> rows) {
    final IntSlab ends = check(from, rows);
    final long count = ends.shape().dim(0);
    final long first = Math.max(from, oldestNeeded());
    if (first >= from + count) {
      return;
    }
    if (steps() < memory.places()) {
      memory.markStart();
    }
    ring()
        .forEach(
            (name, slab) ->
                copy(slab, first, rows.get(name), first - from, from + count - first, false));
    int terminal = 0;
    for (int k = 0; k < ends.length(); k++) {
      if ((ends.get(k) & ReplayMemory.TRUNCATED) != 0) {
        if (from + k / memory.numEnvs() >= first) {
          copyTerminal(rows.get(TERMINALS), terminal, memory.terminals(), terminalRow(k, ends));
        }
        terminal++;
      }
    }
  }

  /** Throws unless these can be rows of this memory's run; returns their ends. */
  private IntSlab check(long from, Map<String, Slab> rows) {
    final Slab found = rows.get(ENDS);
    final long count = found == null || found.shape().rank() == 0 ? 0 : found.shape().dim(0);
    if (from < 0 || count < 1 || count > steps() - from) {
      throw new IllegalArgumentException(
          "rows of steps [%d, %d), required: within [0, %d)"
              .formatted(from, from + count, steps()));
    }
    ring()
        .forEach(
            (name, slab) -> {
              check(name, rows.get(name), slab, dims(slab, count));
            });
    final IntSlab ends = (IntSlab) found;
    for (int k = 0; k < ends.length(); k++) {
      checkEnd(ends.get(k), from + k / memory.numEnvs());
    }
    final int truncations = truncations(ends);
    if (truncations > 0) {
      final Slab ring = memory.terminals();
      check(TERMINALS, rows.get(TERMINALS), ring, truncations, ring.shape().dim(2));
    }
    return ends;
  }

  private void checkEnd(int end, long step) {
    final int truncated = ReplayMemory.TRUNCATED | memory.slot(step) << ReplayMemory.SLOT;
    if (end != 0
        && end != ReplayMemory.TERMINATED
        && end != ReplayMemory.DIVERGED
        && end != truncated) {
      throw new IllegalArgumentException("ends=" + end + " of step " + step);
    }
  }

  private static void check(String name, Slab slab, Slab like, long... dims) {
    if (slab == null
        || slab.getClass() != like.getClass()
        || !slab.shape().equals(Shape.of(dims))) {
      throw new IllegalArgumentException(
          name
              + "="
              + slab
              + ", required: "
              + like.getClass().getSimpleName()
              + Arrays.toString(dims));
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
