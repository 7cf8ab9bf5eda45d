package stride.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stride.elf.ElfFile;

/**
 * A library opened by dlopen, to check it before JCuda loads it: if a library or a function is
 * missing, JCuda prints stack traces or ends the process.
 *
 * <p>Stays loaded until the process ends; JCuda's native code, which asks for libraries by the same
 * names, is then linked to it.
 */
@SuppressWarnings("restricted")
final class NativeLibrary {
  private static final int RTLD_NOW = 2;
  private static final long MESSAGE_BYTES = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle DLOPEN =
      libc("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle DLSYM =
      libc("dlsym", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  // bound before the first dlopen: binding looks symbols up, which clears the message
  private static final MethodHandle DLERROR = libc("dlerror", FunctionDescriptor.of(ADDRESS));

  private final String name;
  private final MemorySegment handle;

  private NativeLibrary(String name, MemorySegment handle) {
    this.name = name;
    this.handle = handle;
  }

  /**
   * Opens a library.
   *
   * @throws CudaUnavailableException if it is damaged, or with the loader's own words if it cannot
   *     be loaded
   */
  static NativeLibrary open(String pathOrName) {
    if (pathOrName.indexOf('/') >= 0) {
      checkWhole(Path.of(pathOrName));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(pathOrName);
      MemorySegment handle;
      MemorySegment message;
      try {
        handle = (MemorySegment) DLOPEN.invokeExact(path, RTLD_NOW);
        message = handle.address() != 0 ? handle : (MemorySegment) DLERROR.invokeExact();
      } catch (Throwable t) {
        throw unexpected(t);
      }
      if (handle.address() != 0) {
        return new NativeLibrary(pathOrName, handle);
      }
      throw new CudaUnavailableException(
          message.address() == 0
              ? "cannot load " + pathOrName
              : message.reinterpret(MESSAGE_BYTES).getString(0));
    }
  }

  /**
   * Refuses a file that the loader must not see. A missing file is left to the loader, which
   * reports it.
   */
  static void checkWhole(Path library) {
    if (Files.isRegularFile(library)) {
      ElfFile.damage(library)
          .ifPresent(
              reason -> {
                throw new CudaUnavailableException(library + ": " + reason);
              });
    }
  }

  /** Path or name it was opened by. */
  String name() {
    return name;
  }

  /** The first function of a list that the library lacks. */
  Optional<String> firstMissing(List<String> functions) {
    return functions.stream().filter(function -> find(function).address() == 0).findFirst();
  }

  /** Calls a function that answers a code, with integers and addresses. */
  int call(String function, Object... arguments) {
    MemorySegment address = find(function);
    if (address.address() == 0) {
      throw new CudaUnavailableException(name + " has no " + function);
    }
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] = arguments[i] instanceof Integer ? JAVA_INT : ADDRESS;
    }
    try {
      return (int)
          LINKER
              .downcallHandle(address, FunctionDescriptor.of(JAVA_INT, layouts))
              .invokeWithArguments(arguments);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  private MemorySegment find(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment symbol = arena.allocateFrom(function);
      try {
        return (MemorySegment) DLSYM.invokeExact(handle, symbol);
      } catch (Throwable t) {
        throw unexpected(t);
      }
    }
  }

  private static MethodHandle libc(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
  }

  private static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return new IllegalStateException("a downcall threw a checked exception", thrown);
  }
}
