package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stride.collect.RolloutSlabs;
import stride.memory.ByteSlab;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.PolicySpec.Distribution;
import stride.nn.Precision;

/** Advantages against golden numbers and by the rules of episode ends, for every backend. */
abstract class AbstractGaeTest {
  // float32 against float64: each step rounds a number of a few units three times, and the errors
  // of up to 1 / (1 - gamma lambda) = 33 steps add up; measured: at most 4e-6 at advantages up to 9
  private static final double TOLERANCE = 1e-5;

  private final Backend backend;

  AbstractGaeTest(Backend backend) {
    this.backend = backend;
  }

  static IntStream cases() {
    return IntStream.range(0, Golden.learning("gae").size());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithNumpy(int number) {
    JsonNode golden = Golden.learning("gae").get(number);
    int envs = golden.get("N").asInt();
    int steps = golden.get("T").asInt();
    double gamma = golden.get("gamma").asDouble();
    try (var fixture =
        fixture(steps, envs, 2, new GaeConfig(gamma, golden.get("lam").asDouble(), true))) {
      RolloutSlabs rollout = fixture.rollout;
      rollout.rewards().set(0, Golden.floats(golden.get("rewards")));
      rollout.values().set(0, Golden.floats(golden.get("values")));
      rollout.values().set((long) steps * envs, Golden.floats(golden.get("last_values")));
      rollout.truncatedValues().set(0, Golden.floats(golden.get("final_values")));
      putFlags(rollout.terminated(), golden.get("terminated"));
      putFlags(rollout.truncated(), golden.get("truncated"));
      fixture.ppo.computeGae();
      double[] advantages = Golden.doubles(golden.get("advantages"));
      double[] returns = Golden.doubles(golden.get("returns"));
      float[] gotAdvantages = fixture.insides.advantages();
      float[] gotReturns = fixture.insides.returns();
      double worst = 0;
      for (int row = 0; row < steps * envs; row++) {
        worst = Math.max(worst, Math.abs(gotAdvantages[row] - advantages[row]));
        worst = Math.max(worst, Math.abs(gotReturns[row] - returns[row]));
      }
      System.out.printf("gae %d on %s: at most %.1e of %.1e%n", number, backend, worst, TOLERANCE);
      assertThat(worst).isLessThan(TOLERANCE);
    }
  }

  private static void putFlags(ByteSlab slab, JsonNode flags) {
    double[] values = Golden.doubles(flags);
    for (int i = 0; i < values.length; i++) {
      slab.set(i, (byte) values[i]);
    }
  }

  @Test
  void bootstrapsOnTruncationButNotOnTermination() {
    try (var fixture = ends(new GaeConfig(0.5, 1, true))) {
      float[] advantages = fixture.insides.advantages();
      // reward 1, value 2, next value 8, value of the terminal observation 100
      assertThat(advantages[0]).isEqualTo(1 - 2f);
      assertThat(advantages[1]).isEqualTo(1 + 50 - 2f);
    }
  }

  @Test
  void truncationCanCountAsTermination() {
    try (var fixture = ends(new GaeConfig(0.5, 1, false))) {
      assertThat(fixture.insides.advantages()[1]).isEqualTo(1 - 2f);
    }
  }

  @Test
  void divergedTransitionsContributeNothing() {
    try (var fixture = ends(new GaeConfig(0.5, 1, true))) {
      fixture.rollout.diverged().set(2, (byte) 1);
      fixture.rollout.rewards().set(2, Float.NaN);
      fixture.ppo.computeGae();
      assertThat(fixture.insides.advantages()[2]).isZero();
      assertThat(fixture.insides.advantages()[3]).isNotZero().isFinite();
    }
  }

  /** Two steps; at the first, environment 0 terminates and environment 1 is truncated. */
  private UpdateFixture ends(GaeConfig config) {
    UpdateFixture fixture = fixture(2, 19, 1, config);
    RolloutSlabs rollout = fixture.rollout;
    rollout.rewards().fill(1);
    for (int n = 0; n < 19; n++) {
      rollout.values().set(n, 2);
      rollout.values().set(19 + n, 8);
      rollout.values().set(38 + n, 4);
    }
    rollout.truncatedValues().fill(100);
    rollout.terminated().set(0, (byte) 1);
    rollout.truncated().set(1, (byte) 1);
    fixture.ppo.computeGae();
    return fixture;
  }

  @Test
  void bitsDoNotDependOnThreads() {
    int steps = 900; // fewer would not be shared
    try (var alone = fixture(steps, 77, 1, GaeConfig.DEFAULTS);
        var shared = fixture(steps, 77, 3, GaeConfig.DEFAULTS)) {
      alone.fill(5);
      shared.fill(5);
      assertThat(shared.insides.advantages()).isEqualTo(alone.insides.advantages());
      assertThat(shared.insides.returns()).isEqualTo(alone.insides.returns());
    }
  }

  @Test
  void agreesWithTheReferenceInAnyColumn() {
    try (var fixture = fixture(40, 77, 2, GaeConfig.DEFAULTS);
        var reference =
            new UpdateFixture(
                Backend.REFERENCE,
                Distribution.GAUSSIAN,
                UpdateFixture.Sizes.of(40, 77),
                1,
                GaeConfig.DEFAULTS,
                UpdateFixture.once())) {
      fixture.fill(6);
      reference.fill(6);
      float[] got = fixture.insides.advantages();
      float[] want = reference.insides.advantages();
      for (int row = 0; row < fixture.rows; row++) {
        assertThat(got[row]).isCloseTo(want[row], within((float) TOLERANCE));
      }
    }
  }

  private UpdateFixture fixture(int steps, int envs, int threads, GaeConfig config) {
    var once =
        new UpdateConfig(
            3e-4,
            1e-5,
            1,
            1,
            AdvantageNormalization.NONE,
            0.2,
            true,
            0,
            0.5,
            0.5,
            null,
            Precision.FP32);
    return new UpdateFixture(
        backend, Distribution.GAUSSIAN, UpdateFixture.Sizes.of(steps, envs), threads, config, once);
  }
}
