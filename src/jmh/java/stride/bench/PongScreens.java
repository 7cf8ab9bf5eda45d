package stride.bench;

import java.lang.foreign.Arena;
import stride.ale.Cartridge;
import stride.ale.Emulator;
import stride.memory.ByteSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * A game of Pong whose actions are drawn at random, and that goes through the same T screens again
 * and again. Belongs to the thread that makes it, which closes it.
 */
final class PongScreens implements AutoCloseable {
  private static final int SEED = 1;
  private static final int WARM_SCREENS = 500; // the ball is in play
  private static final int SCREENS = 2048; // T
  private static final int HELD = 4; // screens that an action is held for

  private final Arena arena = Arena.ofShared();
  private final Emulator emulator = new Emulator();
  private final ByteSlab state = ByteSlab.allocate(arena, Emulator.STATE_BYTES);
  private final int[] codes;
  private final int[] actions = new int[SCREENS];
  private final int stateBytes;
  private int next;

  PongScreens() {
    emulator.set("repeat_action_probability", 0.25f);
    emulator.set("random_seed", SEED);
    emulator.load(Cartridge.PONG);
    codes = emulator.minimalActions();
    var random = new RandomStream(SEED, Purpose.BENCHMARK);
    for (int k = 0; k < SCREENS; k++) {
      actions[k] = k % HELD == 0 ? codes[random.nextInt(codes.length)] : actions[k - 1];
    }
    for (int k = 0; k < WARM_SCREENS; k++) {
      var _ = emulator.act(actions[k]);
    }
    stateBytes = emulator.save(state);
  }

  /** Emulates the next screen. */
  void step() {
    if (next == SCREENS) {
      emulator.restore(state, stateBytes);
      next = 0;
    }
    var _ = emulator.act(actions[next++]);
  }

  /** The present screen in gray: [height, width]. */
  ByteSlab screen(Arena owner) {
    final ByteSlab gray = ByteSlab.allocate(owner, emulator.height(), emulator.width());
    emulator.gray(gray);
    return gray;
  }

  /** Shows that the same screens come again, in every bit. */
  void prove() {
    try (Arena scratch = Arena.ofConfined()) {
      next = SCREENS;
      final ByteSlab first = lastScreen(scratch);
      next = SCREENS;
      if (!lastScreen(scratch).sameBits(first)) {
        throw new IllegalStateException("the same actions led to another screen");
      }
    }
  }

  private ByteSlab lastScreen(Arena scratch) {
    do {
      step();
    } while (next < SCREENS);
    return screen(scratch);
  }

  @Override
  public void close() {
    emulator.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
