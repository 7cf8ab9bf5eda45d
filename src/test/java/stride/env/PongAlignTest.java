package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.ale.Atari;
import stride.ale.Cartridge;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.IntSlab;
import stride.nn.Golden;

/** Is Pong the game that Gymnasium plays, and are its frames seen in the same bits? */
class PongAlignTest {
  private static final int HEX_DIGITS = 16; // of a digest that the file keeps

  @BeforeAll
  static void assumeBuilt() {
    Atari.assumeBuilt();
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] all = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(all).substring(0, HEX_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 84", "0, 32", "1, 84", "1, 32"})
  void playsAndSeesAsGymnasiumDoes(int number, int size) {
    JsonNode golden = Golden.pong().get(number);
    double sticky = golden.get("repeat_action_probability").asDouble();
    AtariOptions options = new AtariOptions(size, 1, sticky, 0, false);
    Task task = AtariTask.pong().with(options);
    // the environment under test has a neighbour, which plays on its own
    try (Arena arena = Arena.ofConfined();
        var rows = new AtariRows(task.spec(), Cartridge.PONG, options, 2)) {
      final AtariGame game = rows.game(1);
      game.emulator().seed(golden.get("ale_random_seed").asInt());
      rows.game(0).begin(0);
      game.begin(0);
      var seen = new Seen(arena, rows, size, golden);
      seen.compare(0);
      final IntSlab actions = IntSlab.allocate(arena, 2);
      final DoubleSlab rewards = DoubleSlab.allocate(arena, 2);
      final ByteSlab over = ByteSlab.allocate(arena, 2);
      final int steps = golden.get("actions").size();
      int points = 0;
      for (int t = 0; t < steps; t++) {
        actions.set(0, t % 6);
        actions.set(1, golden.get("actions").get(t).asInt());
        rows.act(actions, 0);
        rows.advance();
        rows.reward(rewards, over);
        assertThat(rewards.get(1)).isEqualTo(golden.get("rewards").get(t).asDouble());
        assertThat((int) over.get(1)).isEqualTo(golden.get("terminated").get(t).asInt());
        seen.compare(t + 1);
        points += rewards.get(1) == 0 ? 0 : 1;
        for (int row = 0; row < 2; row++) {
          if (over.get(row) != 0) {
            rows.game(row).begin(0);
          }
        }
      }
      assertThat(points).isGreaterThan(20);
      assertThat(golden.get("reset_at").size()).as("ends of a game").isPositive();
    }
  }

  /** What is seen of a row, beside what Gymnasium saw. */
  private static final class Seen {
    private final AtariRows rows;
    private final JsonNode frames;
    private final JsonNode screens;
    private final ByteSlab frame;
    private final ByteSlab screen;

    Seen(Arena arena, AtariRows rows, int size, JsonNode golden) {
      this.rows = rows;
      this.frames = golden.get("frame" + size);
      this.screens = golden.get("raw");
      this.frame = ByteSlab.allocate(arena, size, size);
      this.screen = ByteSlab.allocate(arena, 210, 160);
    }

    void compare(int index) {
      rows.observe(1, frame, 0);
      rows.game(1).emulator().gray(screen);
      assertThat(digest(screen.toArray())).as("screen %d", index).isEqualTo(text(screens, index));
      assertThat(digest(frame.toArray())).as("frame %d", index).isEqualTo(text(frames, index));
      assertThat(rows.game(1).emulator().lives()).isZero();
    }

    private static String text(JsonNode digests, int index) {
      return digests.get(index).asText();
    }
  }
}
