package stride.cli;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Kills a run whose checkpoints have all that it needs. */
class KillTest extends AbstractKillTest {
  @Test
  void aRunThatIsKilledAgainAndAgainEndsInTheSameBytes() throws Exception {
    List<Moment> moments = List.of(Moment.TRAINING, Moment.SAVING, Moment.START);
    killAgainAndAgain(TinyAlgorithm.PPO, KILLS, moments);
  }
}
