package stride.ale;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import stride.home.Home;
import stride.memory.ByteSlab;
import stride.memory.Downcalls;

/**
 * One Atari 2600: first settings, then a game, which is played frame by frame.
 *
 * <p>What it does depends on its settings, its seed and its actions alone. It belongs to one thread
 * at a time; the owner closes it, which is idempotent, and refused while a call runs in another
 * thread. Playing allocates nothing.
 */
public final class Emulator implements AutoCloseable {
  /** Bytes that {@link #save} writes at most: two generators as text, and some 1500 of devices. */
  public static final int STATE_BYTES = 16 << 10;

  private static final int TEXT_BYTES = 1024;
  private static final int ACTIONS = 18; // a joystick's nine directions, with its button or without

  private final Arena arena = Arena.ofShared();
  private final MemorySegment text = arena.allocate(TEXT_BYTES); // of the last error
  private final MemorySegment number = arena.allocate(JAVA_INT);
  private final MemorySegment ale;
  private boolean loaded;
  private int width;
  private int height;

  /**
   * An emulator without a game.
   *
   * @throws AleException if the library is missing, or has no memory for it
   */
  public Emulator() {
    try {
      AleNative.require();
      this.ale = make();
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @SuppressWarnings("restricted")
  private MemorySegment make() {
    MemorySegment made;
    try {
      made = (MemorySegment) AleNative.stride_ale_new.invokeExact(text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    if (made.equals(MemorySegment.NULL)) {
      throw new AleException("no emulator: " + text.getString(0));
    }
    return made.reinterpret(arena, Emulator::delete);
  }

  private static void delete(MemorySegment ale) {
    try {
      AleNative.stride_ale_delete.invokeExact(ale);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /** Sets what the ALE's manual calls so; holds for games that are loaded later. */
  public void set(String key, int value) {
    int status;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment name = scratch.allocateFrom(key);
      status = (int) AleNative.stride_ale_set_int.invokeExact(ale, name, value, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /** Sets what the ALE's manual calls so; holds for games that are loaded later. */
  public void set(String key, float value) {
    int status;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment name = scratch.allocateFrom(key);
      status = (int) AleNative.stride_ale_set_float.invokeExact(ale, name, value, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /** Sets what the ALE's manual calls so; holds for games that are loaded later. */
  public void set(String key, boolean value) {
    final int flag = value ? 1 : 0;
    int status;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment name = scratch.allocateFrom(key);
      status = (int) AleNative.stride_ale_set_bool.invokeExact(ale, name, flag, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /** Sets what the ALE's manual calls so; holds for games that are loaded later. */
  public void set(String key, String value) {
    int status;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment name = scratch.allocateFrom(key);
      final MemorySegment word = scratch.allocateFrom(value);
      status = (int) AleNative.stride_ale_set_string.invokeExact(ale, name, word, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /**
   * Loads a game from where the build put it, and begins it.
   *
   * @throws AleException if its file is missing, damaged, or another game
   */
  public void load(Cartridge game) {
    load(game, game.file(Home.folder()));
  }

  /** Loads a game from a file. */
  void load(Cartridge game, Path file) {
    game.require(file);
    int status;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment path = scratch.allocateFrom(file.toString());
      status = (int) AleNative.stride_ale_load_rom.invokeExact(ale, path, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
    try {
      width = (int) AleNative.stride_ale_width.invokeExact(ale);
      height = (int) AleNative.stride_ale_height.invokeExact(ale);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    loaded = true;
  }

  /** Begins the random numbers of sticky actions anew. */
  public void seed(int seed) {
    requireGame();
    int status;
    try {
      status = (int) AleNative.stride_ale_seed.invokeExact(ale, seed, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /** Begins the game anew; random numbers go on. */
  public void reset() {
    requireGame();
    int status;
    try {
      status = (int) AleNative.stride_ale_reset.invokeExact(ale, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  /**
   * Emulates a frame, a sixtieth of a second. After the end of a game nothing moves.
   *
   * @param action one of the ALE's, such as {@link #minimalActions} has
   * @return what the score has changed by
   * @throws AleException if there is no such action
   */
  public int act(int action) {
    requireGame();
    int status;
    try {
      status = (int) AleNative.stride_ale_act.invokeExact(ale, action, number, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
    return number.get(JAVA_INT, 0);
  }

  /** Whether the game has ended. */
  public boolean isOver() {
    requireGame();
    try {
      return (int) AleNative.stride_ale_game_over.invokeExact(ale) != 0;
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /** Lives that are left; 0 in games that have none. */
  public int lives() {
    requireGame();
    int status;
    try {
      status = (int) AleNative.stride_ale_lives.invokeExact(ale, number, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
    return number.get(JAVA_INT, 0);
  }

  /** The actions that matter in the game, in the ALE's order. */
  public int[] minimalActions() {
    requireGame();
    int[] actions;
    int count;
    try (Arena scratch = Arena.ofConfined()) {
      final MemorySegment out = scratch.allocate(JAVA_INT, ACTIONS);
      count =
          (int)
              AleNative.stride_ale_minimal_actions.invokeExact(ale, out, ACTIONS, text, TEXT_BYTES);
      actions = out.toArray(JAVA_INT);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(count);
    return Arrays.copyOf(actions, count);
  }

  /** Pixels of a row of the screen. */
  public int width() {
    requireGame();
    return width;
  }

  /** Rows of the screen. */
  public int height() {
    requireGame();
    return height;
  }

  /** Writes the screen in gray: [height, width], all of the slab or its beginning. */
  public void gray(ByteSlab out) {
    requireGame();
    Objects.checkFromIndexSize(0, (long) width * height, out.length());
    try {
      AleNative.stride_ale_gray.invokeExact(ale, out.segment());
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /** Writes the screen in colour: [height, width, 3], red, green, blue. */
  public void rgb(ByteSlab out) {
    requireGame();
    Objects.checkFromIndexSize(0, 3L * width * height, out.length());
    try {
      AleNative.stride_ale_rgb.invokeExact(ale, out.segment());
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /** Overwrites a screen by the brighter of it and another, pixel by pixel. */
  public static void brighter(ByteSlab screen, ByteSlab other) {
    AleNative.require();
    Objects.checkFromIndexSize(0, screen.length(), other.length());
    try {
      AleNative.stride_ale_brighter.invokeExact(
          screen.segment(), other.segment(), Math.toIntExact(screen.length()));
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /**
   * Writes all that the next frames depend on but the settings, random numbers included.
   *
   * @param out at least {@link #STATE_BYTES}; its beginning is overwritten
   * @return bytes written
   */
  public int save(ByteSlab out) {
    requireGame();
    Objects.checkFromIndexSize(0, STATE_BYTES, out.length());
    int length;
    try {
      length =
          (int)
              AleNative.stride_ale_save.invokeExact(
                  ale, out.segment(), STATE_BYTES, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(length);
    if (length > STATE_BYTES) {
      throw new AleException("a state of " + length + " bytes, required: <= " + STATE_BYTES);
    }
    return length;
  }

  /**
   * Goes on from what {@link #save} wrote of the same game, here or in another emulator. The screen
   * stays as it is until the next frame.
   *
   * @param length bytes
   * @throws AleException if it is no such state; the emulator is then worthless until it is reset
   */
  public void restore(ByteSlab from, int length) {
    requireGame();
    Objects.checkFromIndexSize(0, length, from.length());
    int status;
    try {
      status =
          (int)
              AleNative.stride_ale_restore.invokeExact(
                  ale, from.segment(), length, text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
    check(status);
  }

  private void requireGame() {
    if (!loaded) {
      throw new IllegalStateException("no game is loaded");
    }
  }

  private void check(int status) {
    if (status < 0) {
      throw new AleException("the emulator failed: " + text.getString(0));
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
