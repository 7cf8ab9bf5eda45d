package stride.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the fake libcuda says of itself, and how it is told to fail. */
public final class FakeDriver {
  private static final List<String> LIVE =
      List.of("allocations", "pinned", "streams", "events", "modules", "graphs");

  /** Looked up when first called: the library may not be there. */
  private static final class Functions {
    static final MethodHandle COUNT = find("stride_fake_count", JAVA_LONG, ADDRESS);
    static final MethodHandle SET = find("stride_fake_set", JAVA_INT, ADDRESS, JAVA_LONG);
    static final MethodHandle RESET = find("stride_fake_reset", null);
  }

  private FakeDriver() {}

  /** Where the doubles of NVIDIA's libraries lie. */
  static Path folder() {
    return Path.of(System.getProperty("stride.home", ""))
        .toAbsolutePath()
        .resolve("build/emulation");
  }

  static Path library() {
    return folder().resolve("libcuda.so.1");
  }

  /** Skips the test where the doubles could not be built. */
  public static void assumeBuilt() {
    assumeTrue(
        Files.exists(folder().resolve("libnvrtc.so.12")) && Files.exists(library()),
        "no emulation of CUDA in build/emulation: make test builds it where there is g++");
    assumeTrue(
        Path.of(System.getProperty(CudaLibraries.DRIVER_PROPERTY, "")).equals(library()),
        "not on the emulation of CUDA");
  }

  /** How often something was done since the last reset, or how many are alive. */
  public static long count(String counter) {
    try (Arena arena = Arena.ofConfined()) {
      long value = (long) Functions.COUNT.invokeExact(arena.allocateFrom(counter));
      assertThat(value).as("counter %s", counter).isNotNegative();
      return value;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** Sets a fault or a property of the device, until the next reset. */
  public static void set(String setting, long value) {
    try (Arena arena = Arena.ofConfined()) {
      int code = (int) Functions.SET.invokeExact(arena.allocateFrom(setting), value);
      assertThat(code).as("setting %s", setting).isZero();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** A device as new; what is alive stays. */
  public static void reset() {
    try {
      Functions.RESET.invokeExact();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /** Checks that nothing on the device is alive. */
  public static void assertNothingAlive() {
    assertThat(LIVE).allSatisfy(kind -> assertThat(count("live_" + kind)).as(kind).isZero());
    // one is kept until the process ends
    assertThat(count("live_contexts")).as("contexts").isLessThanOrEqualTo(1);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
    MemorySegment function =
        SymbolLookup.libraryLookup(library(), Arena.global()).findOrThrow(name);
    return Linker.nativeLinker()
        .downcallHandle(
            function,
            result == null
                ? FunctionDescriptor.ofVoid(arguments)
                : FunctionDescriptor.of(result, arguments));
  }
}
