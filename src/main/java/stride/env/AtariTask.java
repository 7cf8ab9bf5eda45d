package stride.env;

import java.nio.file.Path;
import java.util.List;
import stride.ale.Cartridge;
import stride.memory.Shape;
import stride.options.DescribedOption;

/**
 * A game of the Atari 2600 as the Arcade Learning Environment emulates it, with its minimal set of
 * actions. What is seen is what Gymnasium's AtariPreprocessing makes of it: each action is held for
 * four screens; the brighter of the last two, pixel by pixel, in gray, is reduced to a square.
 *
 * <p>The limit is Gymnasium's of 108 000 screens, in env steps.
 */
final class AtariTask extends Task {
  private static final int MAX_EPISODE_STEPS = 108_000 / AtariGame.FRAME_SKIP;
  private static final double SCREENS_PER_SECOND = 60;

  private final Cartridge game;

  private AtariTask(String id, Cartridge game, int actions, AtariOptions options) {
    DescribedOption.check(options); // before they shape anything
    super(
        new EnvSpec(
            id,
            Shape.of(options.frameSize(), options.frameSize()),
            ObservationType.U8,
            new ActionSpace.Discrete(actions),
            MAX_EPISODE_STEPS,
            AtariGame.FRAME_SKIP,
            AtariGame.FRAME_SKIP / SCREENS_PER_SECOND,
            options.history()),
        options);
    this.game = game;
  }

  /** The bat on the right against the emulated console's; 21 points win. */
  static AtariTask pong() {
    return new AtariTask("ALE/Pong-v5", Cartridge.PONG, 6, AtariOptions.PLAIN);
  }

  @Override
  AtariTask with(Record other) {
    int actions = ((ActionSpace.Discrete) spec().actionSpace()).n();
    return new AtariTask(spec().id(), game, actions, (AtariOptions) other);
  }

  @Override
  public boolean runsOnAle() {
    return true;
  }

  /** None among the models: the game lies with the emulator. */
  @Override
  public List<Path> files(Path assets) {
    return List.of();
  }

  @Override
  AtariRows open(int numEnvs, int threads, boolean clipActions) {
    return new AtariRows(spec(), game, (AtariOptions) options(), numEnvs);
  }
}
