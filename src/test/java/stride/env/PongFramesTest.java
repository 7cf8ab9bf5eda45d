package stride.env;

import org.junit.jupiter.api.BeforeAll;
import stride.ale.Atari;

/** Frames of Pong. */
class PongFramesTest extends AbstractFramesTest {
  @BeforeAll
  static void assumeBuilt() {
    Atari.assumeBuilt();
  }

  @Override
  Task task(int limit) {
    return new ShortTask("ALE/Pong-v5", limit);
  }
}
