package stride.env;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.ale.Cartridge;
import stride.ale.Emulator;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.random.RandomStream;

/**
 * One environment of an Atari game: an emulator, and what was last seen of its screen.
 *
 * <pre>
 *   state:  | bytes of the emulator | those bytes, up to the most there can be | screen |   doubles
 * </pre>
 *
 * <p>Belongs to one thread at a time. Closing is idempotent.
 */
final class AtariGame implements AutoCloseable {
  /** Screens of an env step. */
  static final int FRAME_SKIP = 4;

  private static final int DO_NOTHING = 0; // in every game

  private final Emulator emulator = new Emulator();
  private final int noopMax;
  private final ByteSlab seen; // [height, width] the brighter of the last two screens
  private final ByteSlab before; // [height, width] the screen before the last
  private final ByteSlab state; // of the emulator, between it and a slab of states
  private int reward;
  private boolean over;

  /**
   * Loads a game.
   *
   * @param arena owner of the screens; not closed here
   * @throws stride.ale.AleException if the emulator or the game is missing
   */
  AtariGame(Arena arena, Cartridge game, AtariOptions options) {
    this.noopMax = options.noopMax();
    try {
      emulator.set("repeat_action_probability", (float) options.repeatActionProbability());
      emulator.set("max_num_frames_per_episode", 0); // the shard has the limit
      emulator.load(game);
      final int pixels = emulator.height() * emulator.width();
      this.seen = ByteSlab.allocate(arena, pixels);
      this.before = ByteSlab.allocate(arena, pixels);
      this.state = ByteSlab.allocate(arena, Emulator.STATE_BYTES);
    } catch (RuntimeException | Error e) {
      emulator.close();
      throw e;
    }
  }

  Emulator emulator() {
    return emulator;
  }

  /** Begins an episode with random numbers of its own. */
  void reset(RandomStream random) {
    emulator.seed(random.nextInt());
    begin(noopMax == 0 ? 0 : 1 + random.nextInt(noopMax));
  }

  /** Begins an episode; random numbers go on. */
  void begin(int noops) {
    emulator.reset();
    for (int k = 0; k < noops; k++) {
      var _ = emulator.act(DO_NOTHING);
      if (emulator.isOver()) {
        emulator.reset();
      }
    }
    emulator.gray(seen);
    reward = 0;
    over = false;
  }

  /**
   * Holds an action for four screens, or until the game is over: what comes after the last but one
   * is then not seen, as in Gymnasium's AtariPreprocessing.
   */
  void step(int action) {
    reward = 0;
    for (int screen = 1; screen <= FRAME_SKIP && !over; screen++) {
      reward += emulator.act(action);
      over = emulator.isOver();
      if (screen == FRAME_SKIP - 1 && !over) {
        emulator.gray(before);
      } else if (screen == FRAME_SKIP) {
        if (!over) {
          emulator.gray(seen);
        }
        Emulator.brighter(seen, before);
      }
    }
  }

  /** What the last step changed the score by. */
  int reward() {
    return reward;
  }

  boolean isOver() {
    return over;
  }

  /** The brighter of the last two screens: [height, width]. */
  ByteSlab seen() {
    return seen;
  }

  /** Doubles that {@link #save} writes. */
  int stateSize() {
    return 1 + doubles(state) + doubles(seen);
  }

  private static int doubles(ByteSlab bytes) {
    return Math.toIntExact(Math.ceilDiv(bytes.length(), Double.BYTES));
  }

  void save(DoubleSlab to, long at) {
    state.clear(); // what is not used is always the same
    to.set(at, emulator.save(state));
    copy(state, to, at + 1);
    copy(seen, to, at + 1 + doubles(state));
  }

  private static void copy(ByteSlab bytes, DoubleSlab to, long at) {
    MemorySegment.copy(bytes.segment(), 0, to.segment(), at * Double.BYTES, bytes.length());
  }

  void restore(DoubleSlab from, long at) {
    copy(from, at + 1, state);
    copy(from, at + 1 + doubles(state), seen);
    final double length = from.get(at);
    if (!(length >= 1 && length <= Emulator.STATE_BYTES)) {
      throw new IllegalArgumentException("a saved emulator of " + length + " bytes");
    }
    emulator.restore(state, (int) length);
    reward = 0;
    over = false;
  }

  private static void copy(DoubleSlab from, long at, ByteSlab bytes) {
    MemorySegment.copy(from.segment(), at * Double.BYTES, bytes.segment(), 0, bytes.length());
  }

  @Override
  public void close() {
    emulator.close();
  }
}
