package stride.env;

import java.nio.file.Path;
import java.util.List;
import stride.memory.Shape;

/**
 * CartPole-v1: a pole on a cart that is pushed left or right; 1 for every step, less costs if any.
 */
final class CartPole extends Task {
  CartPole(CartPoleOptions options) {
    super(
        new EnvSpec(
            "CartPole-v1",
            Shape.of(4),
            ObservationType.F32,
            new ActionSpace.Discrete(2),
            /* maxEpisodeSteps= */ 500,
            /* frameSkip= */ 1,
            CartPoleRows.TAU),
        options);
  }

  @Override
  public List<Path> files(Path assets) {
    return List.of();
  }

  @Override
  CartPole with(Record other) {
    return new CartPole((CartPoleOptions) other);
  }

  @Override
  boolean isObservedInFloat() {
    return true;
  }

  @Override
  CartPoleRows open(int numEnvs, int threads, boolean clipActions) {
    // a step takes nanoseconds: more threads than the caller's would only slow it down
    return new CartPoleRows(numEnvs, (CartPoleOptions) options());
  }
}
