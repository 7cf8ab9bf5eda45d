package stride.cuda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import stride.home.Home;

/**
 * Where NVRTC and cuBLAS are looked for.
 *
 * <pre>
 *   named   -Dstride.cuda.lib, else STRIDE_CUDA_LIB      only these, if set
 *   fetched build/fetched/cuda                           what `make cuda` fetched
 *   paths   LD_LIBRARY_PATH, CUDA_HOME, CUDA_PATH, /usr/local/cuda
 *   wheels  site-packages of Python                      a PyTorch's libraries
 *   system  /usr/lib/x86_64-linux-gnu, /usr/lib64
 * </pre>
 *
 * A folder may hold the libraries itself, or in lib, lib64, or as wheels and {@code make cuda} do,
 * one folder deeper for each of them.
 */
final class LibraryFolders {
  /** Folders that are said to hold the libraries, colon-separated. */
  static final String PROPERTY = "stride.cuda.lib";

  /** The same, in the environment. */
  static final String VARIABLE = "STRIDE_CUDA_LIB";

  private final Optional<String> named;
  private final List<List<Path>> places;

  private LibraryFolders(Optional<String> named, List<List<Path>> places) {
    this.named = named;
    this.places = places;
  }

  /**
   * The two libraries, of one major version.
   *
   * @param major 12 or 13
   */
  record Pair(int major, Path nvrtc, Path cublas) {}

  static LibraryFolders of(Map<String, String> environment) {
    for (String set : new String[] {System.getProperty(PROPERTY), environment.get(VARIABLE)}) {
      if (set != null && !set.isBlank()) {
        return new LibraryFolders(Optional.of(set), List.of(withInner(split(set))));
      }
    }
    List<List<Path>> places = new ArrayList<>();
    places.add(withInner(List.of(Home.build().resolve("fetched/cuda"))));
    places.add(withInner(split(environment.getOrDefault("LD_LIBRARY_PATH", ""))));
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      places.add(withInner(split(environment.getOrDefault(variable, ""))));
    }
    places.add(withInner(List.of(Path.of("/usr/local/cuda"))));
    places.add(withInner(sitePackages(environment)));
    places.add(withInner(List.of(Path.of("/usr/lib/x86_64-linux-gnu"), Path.of("/usr/lib64"))));
    return new LibraryFolders(Optional.empty(), places);
  }

  /** The setting that named the folders, if one did. */
  Optional<String> named() {
    return named;
  }

  /**
   * All pairs there are, the first choice first: libraries that lie together before those apart.
   */
  List<Pair> pairs() {
    Set<Pair> pairs = new LinkedHashSet<>();
    for (List<Path> place : places) {
      addPairs(place, pairs);
    }
    addPairs(places.stream().flatMap(List::stream).toList(), pairs);
    return List.copyOf(pairs);
  }

  /** The first NVRTC there is, of whichever version. */
  Optional<Path> compiler() {
    List<Path> folders = places.stream().flatMap(List::stream).toList();
    return first(folders, "libnvrtc.so.12").or(() -> first(folders, "libnvrtc.so.13"));
  }

  /** Every copy of one of the libraries, of any version, for the message when no pair is found. */
  List<String> anyVersions() {
    return places.stream()
        .flatMap(List::stream)
        .flatMap(folder -> list(folder, "lib{nvrtc,cublas}.so*").stream())
        .map(Path::toString)
        .toList();
  }

  private static void addPairs(List<Path> folders, Set<Pair> pairs) {
    for (int major : new int[] {12, 13}) {
      Optional<Path> nvrtc = first(folders, "libnvrtc.so." + major);
      Optional<Path> cublas = first(folders, "libcublas.so." + major);
      if (nvrtc.isPresent() && cublas.isPresent()) {
        pairs.add(new Pair(major, nvrtc.get(), cublas.get()));
      }
    }
  }

  private static Optional<Path> first(List<Path> folders, String library) {
    return folders.stream()
        .map(folder -> folder.resolve(library))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static List<Path> withInner(List<Path> folders) {
    List<Path> all = new ArrayList<>();
    for (Path folder : folders) {
      for (String inner : List.of("", "lib", "lib64", "targets/x86_64-linux/lib")) {
        all.add(folder.resolve(inner));
      }
      for (Path part : Stream.of("", "nvidia").map(folder::resolve).toList()) {
        list(part, "*").stream().map(library -> library.resolve("lib")).forEach(all::add);
      }
    }
    return all.stream().filter(Files::isDirectory).map(LibraryFolders::real).distinct().toList();
  }

  /** The folders that Python's packages are installed in, found without starting a Python. */
  private static List<Path> sitePackages(Map<String, String> environment) {
    List<Path> prefixes = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      prefixes.addAll(split(environment.getOrDefault(variable, "")));
    }
    for (Path folder : split(environment.getOrDefault("PATH", ""))) {
      Path python = folder.resolve("python3");
      if (Files.isExecutable(python)) {
        prefixes.add(real(python).resolve("../..").normalize());
      }
    }
    prefixes.add(Path.of(System.getProperty("user.home", "/"), ".local"));
    prefixes.add(Path.of("/usr/local"));
    prefixes.add(Path.of("/usr"));
    List<Path> packages = new ArrayList<>();
    for (Path prefix : prefixes) {
      for (Path python : list(prefix.resolve("lib"), "python3*")) {
        packages.add(python.resolve("site-packages"));
        packages.add(python.resolve("dist-packages"));
      }
    }
    return packages;
  }

  private static List<Path> split(String paths) {
    return Arrays.stream(paths.split(File.pathSeparator, -1))
        .filter(path -> !path.isBlank())
        .map(Path::of)
        .toList();
  }

  private static List<Path> list(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // a folder that is missing or unreadable holds no library
    }
    found.sort(null);
    return found;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
