package stride.train;

import java.io.IOException;
import java.nio.file.Path;

/** Another process: opens a run's folder, says so, and holds it until killed. */
final class LockHolder {
  private LockHolder() {}

  static Process start(Path folder) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LockHolder.class.getName(),
            folder.toString())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static void main(String[] args) throws IOException {
    try (RunFolder folder = RunFolder.open(Path.of(args[0]))) {
      System.out.println(folder.path());
      System.out.println(System.in.read());
    }
  }
}
