package stride.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import stride.random.Purpose;
import stride.random.RandomStream;

class EpsilonGreedyTest {
  private static final int ENVS = 100;
  private static final int STEPS = 1000;

  private final EpsilonGreedy exploration = new EpsilonGreedy(7, 3);

  @Test
  void isAFunctionOfEnvironmentAndStep() {
    var other = new EpsilonGreedy(7, 3);
    for (int env = ENVS - 1; env >= 0; env--) {
      boolean explores = other.explores(0.3, env, 5);
      int choice = other.choice();
      assertThat(exploration.explores(0.3, env, 5)).isEqualTo(explores);
      assertThat(exploration.choice()).isEqualTo(choice);
    }
  }

  @Test
  void theCoinIsTheFirstWordAndTheChoiceFollows() {
    var words = new RandomStream(7, Purpose.EXPLORATION);
    for (int env = 0; env < ENVS; env++) {
      words.seek(env, 1L << 40);
      double coin = Integer.toUnsignedLong(words.nextInt()) * 0x1p-32;
      assertThat(exploration.explores(Math.nextUp(coin), env, 1L << 40)).isTrue();
      assertThat(exploration.explores(coin, env, 1L << 40)).isFalse();
      assertThat(exploration.choice()).isEqualTo(words.nextInt(3));
    }
  }

  @Test
  void exploresInItsShareOfStepsAndUniformly() {
    int explored = 0;
    int[] choices = new int[3];
    for (int env = 0; env < ENVS; env++) {
      for (int step = 0; step < STEPS; step++) {
        if (exploration.explores(0.3, env, step)) {
          explored++;
          choices[exploration.choice()]++;
        }
        assertThat(exploration.explores(0, env, step)).isFalse();
        assertThat(exploration.explores(1, env, step)).isTrue();
      }
    }
    // within five deviations of the binomial distribution
    assertThat(explored / (double) (ENVS * STEPS)).isCloseTo(0.3, within(0.0073));
    for (int count : choices) {
      assertThat(count / (double) explored).isCloseTo(1 / 3.0, within(0.014));
    }
  }

  @Test
  void differsBySeed() {
    var other = new EpsilonGreedy(8, 3);
    int same = 0;
    for (int step = 0; step < STEPS; step++) {
      exploration.explores(1, 0, step);
      other.explores(1, 0, step);
      same += exploration.choice() == other.choice() ? 1 : 0;
    }
    assertThat(same / (double) STEPS).isCloseTo(1 / 3.0, within(0.08));
  }

  @Test
  void noActionsAreRefused() {
    assertThatThrownBy(() -> new EpsilonGreedy(7, 0)).hasMessage("actions=0, required: >= 1");
  }
}
