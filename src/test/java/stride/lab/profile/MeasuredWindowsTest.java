package stride.lab.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import stride.lab.profile.MeasuredWindows.Nanos;
import stride.lab.profile.MeasuredWindows.ReplayedIteration;
import stride.results.ProfileWindow;

/** Rates made from known times. */
class MeasuredWindowsTest {
  private static final long SECOND = 1_000_000_000;

  private static ReplayedIteration iteration(
      long rolloutSeconds, long iterationSeconds, long limitSeconds) {
    return new ReplayedIteration(
        new Nanos(rolloutSeconds * SECOND, 1),
        new Nanos(iterationSeconds * SECOND, 1),
        new Nanos(limitSeconds * SECOND, 1),
        0);
  }

  @Test
  void aWindowIsAllStepsOverAllTime() {
    ProfileWindow window =
        MeasuredWindows.rates(List.of(iteration(2, 4, 1), iteration(4, 8, 3)), 1200);
    assertThat(window.rolloutStepsPerSecond()).isCloseTo(2400 / 6.0, within(1e-9));
    assertThat(window.trainStepsPerSecond()).isCloseTo(2400 / 12.0, within(1e-9));
    assertThat(window.physicsStepsPerSecond()).isCloseTo(2400 / 4.0, within(1e-9));
  }

  @Test
  void aWindowWithoutReplaysHasNoPhysics() {
    var alone = new ReplayedIteration(new Nanos(SECOND, 1), new Nanos(2 * SECOND, 1), null, 0);
    assertThat(MeasuredWindows.rates(List.of(alone), 100))
        .isEqualTo(new ProfileWindow(null, 100, 50));
  }
}
