package stride.mujoco;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import stride.elf.ElfFile;
import stride.home.Home;

/**
 * Finds and loads libmujoco and the shim beside it.
 *
 * <p>libmujoco comes from MUJOCO_HOME if that is set, else from where the build put it; the shim is
 * the build's. Both stay loaded until the process ends.
 */
final class MujocoLibraries {
  static final String VERSION = "4.0.0";
  static final int VERSION_NUMBER = 4_000_000;
  private static final String LIBRARY = "libmujoco.so." + VERSION;

  private MujocoLibraries() {}

  static SymbolLookup loadMujoco() {
    Path path = mujocoLibrary(Home.build());
    SymbolLookup library = load(path);
    if (library.find("mj_version").isEmpty()) {
      throw new MujocoException(path + " is no MuJoCo: it has no mj_version");
    }
    return library;
  }

  /** Must follow {@link #loadMujoco}: the shim's own link is to the libmujoco that is loaded. */
  static SymbolLookup loadShim() {
    Path shim = shim(Home.build());
    if (!Files.isRegularFile(shim)) {
      throw new MujocoException("no " + shim + ": " + Home.advice());
    }
    return load(shim);
  }

  static Path shim(Path build) {
    return build.resolve("native/libstride_mujoco.so");
  }

  static Path mujocoLibrary(Path build) {
    String home = System.getenv("MUJOCO_HOME");
    Path folder = home == null || home.isEmpty() ? build.resolve("fetched/mujoco") : Path.of(home);
    for (Path candidate :
        List.of(folder.resolve(LIBRARY), folder.resolve("lib").resolve(LIBRARY))) {
      if (Files.isRegularFile(candidate)) {
        return candidate;
      }
    }
    throw new MujocoException(
        "no " + LIBRARY + " in " + folder + others(folder) + ": " + advice(home));
  }

  private static String others(Path folder) {
    for (Path place : List.of(folder, folder.resolve("lib"))) {
      try (Stream<Path> files = Files.list(place)) {
        List<String> found =
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith("libmujoco.so."))
                .sorted()
                .toList();
        if (!found.isEmpty()) {
          return ", only " + String.join(", ", found);
        }
      } catch (IOException e) {
        // a folder that cannot be listed holds no library
      }
    }
    return "";
  }

  private static String advice(String home) {
    return home == null || home.isEmpty()
        ? Home.advice() + ", or set MUJOCO_HOME to MuJoCo " + VERSION
        : "MUJOCO_HOME must be a folder of MuJoCo " + VERSION;
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup load(Path library) {
    // a file that is not a library makes the JVM print warnings, a truncated one kills it
    ElfFile.damage(library)
        .ifPresent(
            reason -> {
              throw new MujocoException("cannot load " + library + ": " + reason);
            });
    try {
      return SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new MujocoException("cannot load " + library + ": damaged, or for another machine", e);
    }
  }
}
