package stride.env;

import java.nio.file.Path;
import stride.home.Home;

/** A task's model file is not where the build puts it. */
public final class MissingModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MissingModelException(Path file) {
    super("no model file " + file + ": " + Home.advice());
  }
}
