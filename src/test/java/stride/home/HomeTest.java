package stride.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Where is what the jar does not hold? Processes that lack it are tested in LauncherTest. */
class HomeTest {

  @Test
  void isWhatThePropertySays() {
    Path home = Path.of(System.getProperty("stride.home")).toAbsolutePath();
    assertThat(Home.folder()).isEqualTo(home).isAbsolute();
    assertThat(Home.build()).isEqualTo(home.resolve("build"));
    assertThat(Files.exists(Home.folder().resolve("jvm.args"))).isTrue();
    assertThat(Home.advice()).isEqualTo("run `make build`");
  }

  @Test
  void thePropertyGoesBeforeTheVariable() {
    assertThat(Home.firstSet("/property", "/variable")).contains("/property");
    assertThat(Home.firstSet(null, "/variable")).contains("/variable");
    assertThat(Home.firstSet("", "/variable")).contains("/variable");
    assertThat(Home.firstSet(" ", "")).isEmpty();
    assertThat(Home.firstSet(null, null)).isEmpty();
  }
}
