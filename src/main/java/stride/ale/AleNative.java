package stride.ale;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import stride.elf.ElfFile;
import stride.home.Home;
import stride.memory.Downcalls;

/**
 * The C functions of native/stride_ale.cpp, under their C names. If the library or a symbol is
 * missing, all handles are null and {@link #require} throws the reason.
 */
final class AleNative {
  static final String REQUIRED_VERSION = "0.12.1";

  /** What fetches and compiles the library, and the games. */
  static final String TARGET = "make atari";

  static final MethodHandle stride_ale_new;
  static final MethodHandle stride_ale_delete;
  static final MethodHandle stride_ale_set_int;
  static final MethodHandle stride_ale_set_float;
  static final MethodHandle stride_ale_set_bool;
  static final MethodHandle stride_ale_set_string;
  static final MethodHandle stride_ale_load_rom;
  static final MethodHandle stride_ale_seed;
  static final MethodHandle stride_ale_reset;
  static final MethodHandle stride_ale_act;
  static final MethodHandle stride_ale_game_over;
  static final MethodHandle stride_ale_lives;
  static final MethodHandle stride_ale_minimal_actions;
  static final MethodHandle stride_ale_width;
  static final MethodHandle stride_ale_height;
  static final MethodHandle stride_ale_gray;
  static final MethodHandle stride_ale_rgb;
  static final MethodHandle stride_ale_brighter;
  static final MethodHandle stride_ale_save;
  static final MethodHandle stride_ale_restore;

  static final String VERSION;

  private static final AleException FAILURE;

  static {
    Table table = null;
    AleException failure = null;
    String version = null;
    try {
      table = new Table();
      version = table.checkVersion();
    } catch (AleException e) {
      table = null;
      failure = e;
    }
    FAILURE = failure;
    VERSION = version;
    // what can fail ends with a text and its size
    stride_ale_new = find(table, "stride_ale_new", ADDRESS, ADDRESS, JAVA_INT);
    stride_ale_delete = find(table, "stride_ale_delete", null, ADDRESS);
    stride_ale_set_int = fallible(table, "stride_ale_set_int", ADDRESS, JAVA_INT);
    stride_ale_set_float = fallible(table, "stride_ale_set_float", ADDRESS, JAVA_FLOAT);
    stride_ale_set_bool = fallible(table, "stride_ale_set_bool", ADDRESS, JAVA_INT);
    stride_ale_set_string = fallible(table, "stride_ale_set_string", ADDRESS, ADDRESS);
    stride_ale_load_rom = fallible(table, "stride_ale_load_rom", ADDRESS);
    stride_ale_seed = fallible(table, "stride_ale_seed", JAVA_INT);
    stride_ale_reset = fallible(table, "stride_ale_reset");
    stride_ale_act = fallible(table, "stride_ale_act", JAVA_INT, ADDRESS);
    stride_ale_game_over = find(table, "stride_ale_game_over", JAVA_INT, ADDRESS);
    stride_ale_lives = fallible(table, "stride_ale_lives", ADDRESS);
    stride_ale_minimal_actions = fallible(table, "stride_ale_minimal_actions", ADDRESS, JAVA_INT);
    stride_ale_width = find(table, "stride_ale_width", JAVA_INT, ADDRESS);
    stride_ale_height = find(table, "stride_ale_height", JAVA_INT, ADDRESS);
    stride_ale_gray = find(table, "stride_ale_gray", null, ADDRESS, ADDRESS);
    stride_ale_rgb = find(table, "stride_ale_rgb", null, ADDRESS, ADDRESS);
    stride_ale_brighter = find(table, "stride_ale_brighter", null, ADDRESS, ADDRESS, JAVA_INT);
    stride_ale_save = fallible(table, "stride_ale_save", ADDRESS, JAVA_INT);
    stride_ale_restore = fallible(table, "stride_ale_restore", ADDRESS, JAVA_INT);
  }

  private AleNative() {}

  /**
   * Call before the first use of a handle.
   *
   * @throws AleException if the library is missing or of another version
   */
  static void require() {
    if (FAILURE != null) {
      throw new AleException(FAILURE.getMessage(), FAILURE);
    }
  }

  static Path library(Path home) {
    return Home.build(home).resolve("native/libstride_ale.so");
  }

  private static MethodHandle find(
      Table table, String name, MemoryLayout result, MemoryLayout... arguments) {
    return table == null ? null : table.find(name, result, arguments);
  }

  /** A function of an emulator that returns a status: its own arguments stand in the middle. */
  private static MethodHandle fallible(Table table, String name, MemoryLayout... own) {
    MemoryLayout[] arguments = new MemoryLayout[own.length + 3];
    arguments[0] = ADDRESS;
    System.arraycopy(own, 0, arguments, 1, own.length);
    arguments[own.length + 1] = ADDRESS; // text
    arguments[own.length + 2] = JAVA_INT; // size
    return find(table, name, JAVA_INT, arguments);
  }

  /** The loaded library, which stays loaded until the process ends. */
  @SuppressWarnings("restricted")
  private static final class Table {
    private final Linker linker = Linker.nativeLinker();
    private final Path file = library(Home.folder());
    private final SymbolLookup library = load();

    private SymbolLookup load() {
      if (!Files.isRegularFile(file)) {
        throw new AleException(
            "no " + file + ", the emulator of Atari games: " + Home.advice(TARGET));
      }
      // a file that is not a library makes the JVM print warnings, a truncated one kills it
      ElfFile.damage(file)
          .ifPresent(
              reason -> {
                throw new AleException("cannot load " + file + ": " + reason);
              });
      try {
        return SymbolLookup.libraryLookup(file, Arena.global());
      } catch (IllegalArgumentException e) {
        throw new AleException("cannot load " + file + ": damaged, or it lacks a library", e);
      }
    }

    MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
      MemorySegment address =
          library
              .find(name)
              .orElseThrow(() -> new AleException("no function " + name + " in " + file));
      return linker.downcallHandle(
          address,
          result == null
              ? FunctionDescriptor.ofVoid(arguments)
              : FunctionDescriptor.of(result, arguments));
    }

    String checkVersion() {
      MemorySegment text;
      try {
        text = (MemorySegment) find("stride_ale_version", ADDRESS).invokeExact();
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
      String version = text.reinterpret(Byte.MAX_VALUE).getString(0);
      if (!version.equals(REQUIRED_VERSION)) {
        throw new AleException(
            "%s is of another version of the ALE: %s, required: %s: %s"
                .formatted(file, version, REQUIRED_VERSION, Home.advice(TARGET)));
      }
      return version;
    }
  }
}
