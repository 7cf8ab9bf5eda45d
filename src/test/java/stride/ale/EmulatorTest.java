package stride.ale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.home.Home;
import stride.memory.ByteSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Does an emulator do what its owner says, and never end the process? */
class EmulatorTest {
  private static final int WIDTH = 160;
  private static final int HEIGHT = 210;
  private static final int[] ACTIONS = {0, 1, 3, 4, 11, 12};

  private final Arena arena = Arena.ofConfined();

  @BeforeAll
  static void assumeBuilt() {
    Atari.assumeBuilt();
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private static Emulator pong(float repeatActionProbability, int seed) {
    Emulator emulator = new Emulator();
    emulator.set("repeat_action_probability", repeatActionProbability);
    emulator.set("random_seed", seed);
    emulator.load(Cartridge.PONG);
    emulator.reset();
    return emulator;
  }

  private ByteSlab bytes(long length) {
    return ByteSlab.allocate(arena, length);
  }

  @Test
  void isTheVersionThatStrideIsBuiltFor() {
    assertThat(Ale.version()).isEqualTo("0.12.1");
    assertThat(Ale.library(Home.folder())).isRegularFile();
  }

  @Test
  void describesPong() {
    try (Emulator emulator = pong(0, 1)) {
      assertThat(emulator.minimalActions()).containsExactly(ACTIONS);
      assertThat(emulator.width()).isEqualTo(WIDTH);
      assertThat(emulator.height()).isEqualTo(HEIGHT);
      assertThat(emulator.lives()).isZero();
      assertThat(emulator.isOver()).isFalse();
    }
  }

  /** By the weights of ITU-R BT.601, rounded. */
  @Test
  void grayIsTheLuminanceOfTheColours() {
    try (Emulator emulator = pong(0, 1)) {
      ByteSlab rgb = bytes(3L * WIDTH * HEIGHT);
      ByteSlab gray = bytes(WIDTH * HEIGHT);
      emulator.rgb(rgb);
      emulator.gray(gray);
      for (int k = 0; k < WIDTH * HEIGHT; k++) {
        double red = rgb.get(3L * k) & 0xFF;
        double green = rgb.get(3L * k + 1) & 0xFF;
        double blue = rgb.get(3L * k + 2) & 0xFF;
        assertThat(gray.get(k) & 0xFF)
            .isEqualTo((int) Math.round(0.2989 * red + 0.5870 * green + 0.1140 * blue));
      }
      assertThat(distinct(gray)).isGreaterThan(2);
    }
  }

  private static long distinct(ByteSlab slab) {
    byte[] sorted = slab.toArray();
    Arrays.sort(sorted);
    long distinct = 1;
    for (int k = 1; k < sorted.length; k++) {
      distinct += sorted[k] != sorted[k - 1] ? 1 : 0;
    }
    return distinct;
  }

  @Test
  void theBrighterOfTwoIsUnsigned() {
    ByteSlab screen = bytes(70);
    ByteSlab other = bytes(70);
    for (int k = 0; k < 70; k++) {
      screen.set(k, (byte) (k * 7));
      other.set(k, (byte) (k * 11));
    }
    Emulator.brighter(screen, other);
    for (int k = 0; k < 70; k++) {
      assertThat(screen.get(k) & 0xFF).isEqualTo(Math.max(k * 7 & 0xFF, k * 11 & 0xFF));
    }
  }

  @Test
  void savedInTheMiddleAnotherGoesOnInTheSameBits() {
    RandomStream random = new RandomStream(3, Purpose.BENCHMARK);
    try (Emulator emulator = pong(0.25f, 1)) {
      for (int trial = 0; trial < 30; trial++) {
        if (trial % 3 == 0) {
          emulator.reset();
        }
        play(emulator, random, 1 + random.nextInt(trial % 3 == 2 ? 300 : 30));
        ByteSlab state = bytes(Emulator.STATE_BYTES);
        int length = emulator.save(state);
        try (Emulator other = pong(0.25f, 99)) {
          play(other, random, trial % 2 == 0 ? 0 : random.nextInt(50));
          other.restore(state, length);
          goOnTogether(emulator, other, random);
        }
      }
    }
  }

  private static void play(Emulator emulator, RandomStream random, int frames) {
    for (int k = 0; k < frames; k++) {
      int change = emulator.act(ACTIONS[random.nextInt(ACTIONS.length)]);
      assertThat(change).isBetween(-1, 1);
    }
  }

  private void goOnTogether(Emulator emulator, Emulator other, RandomStream random) {
    ByteSlab one = bytes(WIDTH * HEIGHT);
    ByteSlab two = bytes(WIDTH * HEIGHT);
    for (int k = 0; k < 150; k++) {
      int action = ACTIONS[random.nextInt(ACTIONS.length)];
      assertThat(other.act(action)).isEqualTo(emulator.act(action));
      emulator.gray(one);
      other.gray(two);
      assertThat(two.sameBits(one)).isTrue();
      assertThat(other.isOver()).isEqualTo(emulator.isOver());
    }
    ByteSlab saved = bytes(Emulator.STATE_BYTES);
    ByteSlab its = bytes(Emulator.STATE_BYTES);
    assertThat(other.save(its)).isEqualTo(emulator.save(saved));
    assertThat(its.sameBits(saved)).isTrue();
  }

  @Test
  void theSeedIsWhatStickyActionsDependOn() {
    assertThat(played(7)).isEqualTo(played(7));
    assertThat(played(7)).isNotEqualTo(played(8));
  }

  /** A screen after some actions with a seed set late. */
  private List<Byte> played(int seed) {
    RandomStream random = new RandomStream(5, Purpose.BENCHMARK);
    try (Emulator emulator = pong(0.5f, 1)) {
      emulator.seed(seed);
      play(emulator, random, 120);
      ByteSlab screen = bytes(WIDTH * HEIGHT);
      emulator.gray(screen);
      return Stream.iterate(0, k -> k + 1).limit(WIDTH * HEIGHT).map(k -> screen.get(k)).toList();
    }
  }

  @Test
  void settingsAreTakenInEveryType() throws IOException {
    Path pictures = Files.createTempDirectory("screens");
    try (Emulator emulator = new Emulator()) {
      emulator.set("frame_skip", 2);
      emulator.set("color_averaging", true);
      emulator.set("repeat_action_probability", 1f);
      emulator.set("record_screen_dir", pictures.toString());
      emulator.load(Cartridge.PONG);
      assertThat(emulator.act(3)).isZero();
    }
    try (Stream<Path> files = Files.list(pictures)) {
      List<Path> screens = files.toList();
      assertThat(screens).as("screens of one action").hasSize(2);
      for (Path screen : screens) {
        Files.delete(screen);
      }
    }
    Files.delete(pictures);
  }

  @ParameterizedTest
  @CsvSource({
    "missing, -1, no game FILE: run `make atari`",
    "empty, 0, WRONG: 0 bytes$ required: 2048 bytes",
    "cut, 1000, WRONG: 1000 bytes$ required: 2048 bytes",
    "longer, 2049, WRONG: 2049 bytes$ required: 2048 bytes",
    "changed, 2048, WRONG: MD5 9106f4c7145dafd6203872133e2c15db$ required: MD5OF",
  })
  void aBadGameIsRefusedInALine(String what, int size, String message, @TempDir Path folder)
      throws IOException {
    Path file = folder.resolve(what);
    if (size >= 0) {
      byte[] game = Files.readAllBytes(Cartridge.PONG.file(Home.folder()));
      game[100] ^= 1;
      Files.write(file, Arrays.copyOf(game, size));
    }
    try (Emulator emulator = new Emulator()) {
      assertThatThrownBy(() -> emulator.load(Cartridge.PONG, file))
          .isInstanceOf(AleException.class)
          .hasMessage(
              message
                  .replace("WRONG", "FILE is damaged or another game than pong.bin")
                  .replace("FILE", file.toString())
                  .replace("MD5OF", Cartridge.PONG.md5())
                  .replace('$', ','));
      assertThatIllegalStateException().isThrownBy(emulator::reset);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 18, 40, 1000, Integer.MAX_VALUE})
  void anActionThatIsNoneIsRefused(int action) {
    try (Emulator emulator = pong(0, 1)) {
      assertThatThrownBy(() -> emulator.act(action))
          .isInstanceOf(AleException.class)
          .hasMessage("the emulator failed: no such action");
      assertThat(emulator.act(3)).isZero();
    }
  }

  @Test
  void whatIsNoStateIsRefused() {
    try (Emulator emulator = pong(0.25f, 1)) {
      ByteSlab state = bytes(Emulator.STATE_BYTES);
      int length = emulator.save(state);
      ByteSlab cut = bytes(Emulator.STATE_BYTES);
      cut.copyFrom(state);
      for (int wrong : new int[] {0, 1, 100, length - 1}) {
        assertThatThrownBy(() -> emulator.restore(cut, wrong)).isInstanceOf(AleException.class);
      }
      ByteSlab noise = bytes(Emulator.STATE_BYTES);
      RandomStream random = new RandomStream(3, Purpose.BENCHMARK);
      for (int k = 0; k < length; k++) {
        noise.set(k, (byte) random.nextInt(18));
      }
      assertThatThrownBy(() -> emulator.restore(noise, length)).isInstanceOf(AleException.class);
      emulator.restore(state, length);
      assertThat(emulator.act(0)).isZero();
    }
  }

  @Test
  void needsAGameFirst() {
    try (Emulator emulator = new Emulator()) {
      ByteSlab slab = bytes(Emulator.STATE_BYTES);
      for (Runnable call :
          List.<Runnable>of(
              emulator::reset,
              () -> emulator.act(0),
              emulator::isOver,
              emulator::lives,
              emulator::minimalActions,
              () -> emulator.gray(slab),
              () -> emulator.save(slab))) {
        assertThatIllegalStateException().isThrownBy(call::run).withMessage("no game is loaded");
      }
    }
  }

  @Test
  void slabsThatAreTooShortAreRefused() {
    try (Emulator emulator = pong(0, 1)) {
      ByteSlab small = bytes(100);
      for (Runnable call :
          List.<Runnable>of(
              () -> emulator.gray(small), () -> emulator.rgb(small), () -> emulator.save(small))) {
        assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void isClosedOnceAndThenNotUsed() {
    Emulator emulator = pong(0, 1);
    emulator.close();
    emulator.close();
    assertThatIllegalStateException().isThrownBy(() -> emulator.act(0));
  }
}
