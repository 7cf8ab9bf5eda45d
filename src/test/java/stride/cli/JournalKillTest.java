package stride.cli;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a run whose memory lies in files of its own: the bytes of those are compared too. */
class JournalKillTest extends AbstractKillTest {
  private static final List<Moment> MOMENTS =
      List.of(Moment.WRITING_ROWS, Moment.DELETING, Moment.SAVING, Moment.TRAINING, Moment.START);

  @ParameterizedTest
  @EnumSource(names = {"DQN", "PRIORITIZED", "REINFORCE"})
  void aRunThatIsKilledAgainAndAgainEndsInTheSameBytes(TinyAlgorithm algorithm) throws Exception {
    killAgainAndAgain(algorithm, KILLS / 2, MOMENTS);
  }
}
