package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import stride.results.Knee.Rate;

class KneeTest {
  private static Rate rate(int envs, double stepsPerSecond) {
    return new Rate(envs, 2, stepsPerSecond, 100_000.0, 0.97, 0.04);
  }

  private static Knee only(Rate... rates) {
    List<Knee> knees = Knee.of(List.of(rates));
    assertThat(knees).hasSize(1);
    return knees.getFirst();
  }

  @Test
  void isTheFewestThatNoMoreBeatByMuch() {
    Knee knee = only(rate(1, 50_000), rate(8, 80_000), rate(64, 97_000), rate(256, 97_970));
    assertThat(knee.threads()).isEqualTo(2);
    assertThat(knee.envs()).isEqualTo(64);
    assertThat(knee.reached()).isTrue();
    assertThat(knee.share()).isEqualTo(0.97);
    assertThat(knee.gain()).isCloseTo(0.01, within(1e-12));
    assertThat(knee.sentence()).isEqualTo("64 envs reach 97 % of the limit; more gains 1 %");
    assertThat(knee.name()).isEqualTo("knee on 2 threads");
  }

  @Test
  void looksBeyondADip() {
    // 8 beat 1 by little, but 64 by much
    assertThat(only(rate(1, 60_000), rate(8, 61_000), rate(64, 90_000), rate(256, 60_000)).envs())
        .isEqualTo(64);
  }

  @Test
  void saysNothingOfALoss() {
    Knee knee = only(rate(1, 50_000), rate(8, 49_000));
    assertThat(knee.gain()).isCloseTo(-0.02, within(1e-12));
    assertThat(knee.sentence()).isEqualTo("1 env reaches 97 % of the limit; more gains nothing");
  }

  @Test
  void mayBeTheLastWhereTheLimitLeavesLittle() {
    Knee knee = only(rate(64, 97_000), rate(1, 50_000));
    assertThat(knee.envs()).isEqualTo(64);
    assertThat(knee.reached()).isTrue();
    assertThat(knee.gain()).isNull();
    assertThat(knee.sentence())
        .isEqualTo(
            "64 envs, the most measured, reach 97 % of the limit; more could gain 3 % at most");
  }

  @Test
  void isNotClaimedWhereItWasNotReached() {
    Knee knee = only(rate(1, 50_000), rate(64, 70_000));
    assertThat(knee.reached()).isFalse();
    assertThat(knee.sentence())
        .isEqualTo("64 envs, the most measured, reach 97 % of the limit; the knee may lie higher");
    assertThat(only(rate(8, 70_000)).sentence()).startsWith("8 envs, the only one measured, ");
  }

  @Test
  void isGivenInStepsWhereThereIsNoLimit() {
    Knee knee =
        only(
            new Rate(8, 1, 1_000_000, null, null, null),
            new Rate(64, 1, 1_020_000, null, null, null));
    assertThat(knee.share()).isNull();
    assertThat(knee.sentence()).isEqualTo("8 envs reach 1000k env steps/s; more gains 2 %");
  }

  @Test
  void isWithheldWhereARowThatItRestsOnIsDoubtful() {
    Rate wide = new Rate(8, 2, 80_000, 100_000.0, 0.98, 0.34);
    Knee knee = only(rate(1, 50_000), wide, rate(64, 80_010));
    assertThat(knee.withheld()).isTrue();
    assertThat(knee.reached()).isFalse();
    assertThat(knee.share()).isNull();
    assertThat(knee.gain()).isNull();
    assertThat(knee.envs()).isEqualTo(64);
    assertThat(knee.sentence())
        .isEqualTo("withheld, because rollouts of 8 x 2 spread by more than 10 %");
    Rate wider = new Rate(64, 2, 80_010, 100_000.0, 0.98, 0.66);
    assertThat(only(rate(1, 50_000), wide, wider).sentence())
        .isEqualTo("withheld, because rollouts of 8 x 2 and 1 more spread by more than 10 %");
  }

  @Test
  void doubtsOfOtherNumbersOfThreadsDoNotMatter() {
    List<Knee> knees =
        Knee.of(
            List.of(
                new Rate(1, 1, 50, 51.0, 0.98, 0.5),
                new Rate(1, 2, 50, 100.0, 0.5, 0.1),
                new Rate(8, 2, 90, 100.0, 0.9, null)));
    assertThat(knees).extracting(Knee::withheld).containsExactly(true, false);
  }

  @Test
  void isOneForEachNumberOfThreads() {
    List<Knee> knees =
        Knee.of(
            List.of(
                new Rate(1, 2, 50, 100.0, 0.5, 0.1),
                new Rate(1, 1, 50, 51.0, 0.98, 0.1),
                new Rate(8, 2, 90, 100.0, 0.9, 0.1),
                new Rate(8, 1, 50, 51.0, 0.98, 0.1)));
    assertThat(knees).extracting(Knee::threads).containsExactly(1, 2);
    assertThat(knees).extracting(Knee::envs).containsExactly(1, 8);
    assertThat(knees).extracting(Knee::name).contains("knee on 1 thread");
  }
}
