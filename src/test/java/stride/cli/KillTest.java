package stride.cli;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Kills a run whose checkpoints have all that it needs. */
class KillTest extends AbstractKillTest {
  private static final List<Moment> MOMENTS = List.of(Moment.TRAINING, Moment.SAVING, Moment.START);

  @Test
  void aRunThatIsKilledAgainAndAgainEndsInTheSameBytes() throws Exception {
    killAgainAndAgain(TinyAlgorithm.PPO, KILLS, MOMENTS);
  }

  @Test
  void aRunOfShortRolloutsEndsInTheSameBytes() throws Exception {
    killAgainAndAgain(TinyAlgorithm.A2C, KILLS / 2, MOMENTS);
  }
}
