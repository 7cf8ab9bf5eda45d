package stride.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;
import stride.home.Home;
import stride.results.Revision;

/** What {@code --version} says: version, commit and JDK. */
final class Version implements IVersionProvider {
  private static final String FILE = "/META-INF/stride/version.txt";

  @Override
  public String[] getVersion() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream(FILE)) {
      String version = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
      String commit = Revision.of(Home.folder()).abbreviated();
      return new String[] {
        "stride %s, commit %s, JDK %s".formatted(version, commit, Runtime.version())
      };
    }
  }
}
