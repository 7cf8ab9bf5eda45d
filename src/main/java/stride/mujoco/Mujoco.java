package stride.mujoco;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.function.Consumer;
import stride.home.Home;
import stride.memory.Downcalls;

/** The library itself: its version, where it is, and the warnings it gave. Any thread. */
public final class Mujoco {
  /** Longest message taken from MuJoCo, in bytes with the closing 0. */
  static final int TEXT_BYTES = 1024;

  private Mujoco() {}

  /**
   * The version of the loaded library, for example {@code 4.0.0}.
   *
   * @throws MujocoException if it cannot be loaded or has another version than Stride is built for
   */
  public static String version() {
    MujocoNative.require();
    return MujocoNative.MUJOCO_VERSION;
  }

  /**
   * The version as a number, for example 4000000. No call into the library does less, so this is
   * the price of a call.
   */
  public static int versionNumber() {
    try {
      return (int) MujocoNative.mj_version.invokeExact();
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /**
   * The path of libmujoco.
   *
   * @throws MujocoException if it is missing
   */
  public static Path library() {
    return library(Home.folder());
  }

  /**
   * The path of the libmujoco that another Stride loads.
   *
   * @throws MujocoException if it is missing
   */
  public static Path library(Path home) {
    return MujocoLibraries.mujocoLibrary(Home.build(home));
  }

  /** The path of the C library of a Stride; it may not exist. */
  public static Path shim(Path home) {
    return MujocoLibraries.shim(Home.build(home));
  }

  /** The folder of Gymnasium's MJCF files that the build fetched; it may not exist. */
  public static Path assets() {
    String configured = System.getProperty("stride.assets");
    return configured != null ? Path.of(configured) : assets(Home.folder());
  }

  /** The same folder of another Stride. */
  public static Path assets(Path home) {
    return Home.build(home).resolve("fetched/gymnasium/envs/mujoco/assets");
  }

  /**
   * Hands over the warnings MuJoCo gave since the last call, one by one, oldest first. Only the
   * newest 64 are kept.
   */
  public static void takeWarnings(Consumer<String> log) {
    MujocoNative.require();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      while (takeWarning(text) > 0) {
        log.accept(text.getString(0));
      }
    }
  }

  private static int takeWarning(MemorySegment text) {
    try {
      return (int) MujocoNative.stride_take_warning.invokeExact(text, TEXT_BYTES);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  /**
   * Raises an error inside MuJoCo, to prove that it is trapped: by default it would end the
   * process.
   *
   * @throws MujocoException always
   */
  static void provokeError() {
    MujocoNative.require();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(TEXT_BYTES);
      int trapped;
      try {
        trapped = (int) MujocoNative.stride_provoke_error.invokeExact(text, TEXT_BYTES);
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
      if (trapped != 0) {
        throw new MujocoException("mju_error: " + text.getString(0));
      }
    }
  }
}
