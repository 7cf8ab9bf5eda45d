package stride.env;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Shape;
import stride.random.RandomStream;

/**
 * A task of frames that needs no emulator: they show its three numbers, and nothing else does.
 *
 * <pre>
 *   row i:  | number of the episode's start | steps | sum of actions |
 * </pre>
 *
 * <p>Of 16 such states one, by no order, ends the episode.
 */
public final class FrameTask extends Task {
  private static final int HEIGHT = 3;
  private static final int WIDTH = 5;
  private static final int PIXELS = HEIGHT * WIDTH;
  private static final int ACTIONS = 4;
  private static final int NUMBERS = 3;

  public FrameTask(int maxEpisodeSteps, int history) {
    super(
        new EnvSpec(
            "Frames",
            Shape.of(HEIGHT, WIDTH),
            ObservationType.U8,
            new ActionSpace.Discrete(ACTIONS),
            maxEpisodeSteps,
            /* frameSkip= */ 1,
            /* dt= */ 1,
            history));
  }

  @Override
  public List<Path> files(Path assets) {
    return List.of();
  }

  @Override
  TaskRows open(int numEnvs, int threads, boolean clipActions) {
    return new Rows(numEnvs, spec().actionSpace());
  }

  private static final class Rows extends FrameRows {
    private final int numEnvs;
    private final ActionSpace space;
    private final Arena arena = Arena.ofShared();
    private final DoubleSlab states; // [n, NUMBERS]
    private final IntSlab chosen; // [n]

    Rows(int numEnvs, ActionSpace space) {
      this.numEnvs = numEnvs;
      this.space = space;
      this.states = DoubleSlab.allocate(arena, numEnvs, NUMBERS);
      this.chosen = IntSlab.allocate(arena, numEnvs);
    }

    private int number(int row, int k) {
      return (int) states.get((long) row * NUMBERS + k);
    }

    private void set(int row, int k, int value) {
      states.set((long) row * NUMBERS + k, value);
    }

    @Override
    int stateSize() {
      return NUMBERS;
    }

    @Override
    void reset(int row, RandomStream random) {
      set(row, 0, random.nextInt(1000));
      set(row, 1, 0);
      set(row, 2, 1);
    }

    @Override
    void act(IntSlab actions, long at) {
      for (int row = 0; row < numEnvs; row++) {
        chosen.set(row, actions.get(at + row));
      }
    }

    @Override
    void act(FloatSlab actions, long at) {
      throw wrongActions("float", space);
    }

    @Override
    void act(DoubleSlab actions, long at) {
      throw wrongActions("double", space);
    }

    @Override
    void advance() {
      for (int row = 0; row < numEnvs; row++) {
        set(row, 1, number(row, 1) + 1);
        set(row, 2, number(row, 2) + chosen.get(row));
      }
    }

    @Override
    void reward(DoubleSlab rewards, ByteSlab terminated) {
      for (int row = 0; row < numEnvs; row++) {
        rewards.set(row, chosen.get(row) + number(row, 0) % 3);
        terminated.set(row, (byte) (isLast(row) ? 1 : 0));
      }
    }

    private boolean isLast(int row) {
      int mixed = (number(row, 0) << 16) ^ (number(row, 1) << 8) ^ number(row, 2);
      mixed *= 0x9E3779B9;
      mixed ^= mixed >>> 13;
      mixed *= 0x85EBCA6B;
      return mixed >>> 28 == 0;
    }

    @Override
    void findBad(ByteSlab bad) {
      bad.clear();
    }

    @Override
    String failure(int row) {
      return "";
    }

    @Override
    void observe(int row, ByteSlab out, long at) {
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        int value = number(row, 0) * 7 + number(row, 1) * 31 + number(row, 2) * 3 + pixel * 19;
        out.set(at + pixel, (byte) value);
      }
    }

    @Override
    void save(int row, DoubleSlab to, long at) {
      for (int k = 0; k < NUMBERS; k++) {
        to.set(at + k, number(row, k));
      }
    }

    @Override
    void restore(int row, DoubleSlab from, long at) {
      for (int k = 0; k < NUMBERS; k++) {
        set(row, k, (int) from.get(at + k));
      }
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
      }
    }
  }
}
