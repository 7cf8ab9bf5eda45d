package stride.home;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The root of a Stride that was built: a checkout, or an unpacked bundle.
 *
 * <p>The system property {@code stride.home} names it, which the launcher sets; without it the
 * environment variable {@code STRIDE_HOME} does; without both it is the working folder.
 */
public final class Home {
  private static final String PROPERTY = "stride.home";
  private static final String VARIABLE = "STRIDE_HOME";

  private Home() {}

  /** The root, an absolute path that may not exist. */
  public static Path folder() {
    return Path.of(named().orElse("")).toAbsolutePath();
  }

  /** The folder of the files that the build fetched and compiled; it may not exist. */
  public static Path build() {
    return build(folder());
  }

  /** The same folder of another Stride. */
  public static Path build(Path home) {
    return home.resolve("build");
  }

  /**
   * Where results go, and where those are that new ones are compared with: {@code bench-results}
   * below the root, which may not exist.
   */
  public static Path results() {
    return folder().resolve("bench-results");
  }

  /**
   * What a user can do about a file that is missing below {@link #build}: part of a sentence, in
   * the imperative.
   */
  public static String advice() {
    return advice("make build");
  }

  /**
   * The same of a file that another command makes.
   *
   * @param command such as {@code make build}
   */
  public static String advice(String command) {
    return named().isPresent()
        ? "run `" + command + "`"
        : "set %s or -D%s to the folder of Stride in which `%s` has run"
            .formatted(VARIABLE, PROPERTY, command);
  }

  private static Optional<String> named() {
    return firstSet(System.getProperty(PROPERTY), System.getenv(VARIABLE));
  }

  /** The first that is set; a blank one counts as not set. */
  static Optional<String> firstSet(String property, String variable) {
    return Optional.ofNullable(property)
        .filter(name -> !name.isBlank())
        .or(() -> Optional.ofNullable(variable).filter(name -> !name.isBlank()));
  }
}
