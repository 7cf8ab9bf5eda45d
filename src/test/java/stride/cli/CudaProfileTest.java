package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.cuda.FakeDriver;

/** A profile with policy and update on the emulated device, which takes a minute. */
@Tag("long")
class CudaProfileTest {
  @BeforeEach
  void start() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
  }

  @AfterEach
  void nothingIsLeft() {
    FakeDriver.assumeBuilt();
    FakeDriver.assertNothingAlive();
  }

  @Test
  void hasNoClockInAMinibatchOfTheDevice() throws IOException {
    String line =
        "profile CartPole-v1 --envs 2 --threads 1 --seconds 0.01 --json"
            + " --backend cuda --policy-device cuda --stepping lockstep";
    JsonNode json = Outcome.of(line.split(" ", -1)).json();
    assertThat(json.get("backend").textValue()).isEqualTo("cuda");
    assertThat(json.get("policy_device").textValue()).isEqualTo("cuda");
    JsonNode latencies = json.get("rows").get(0).get("latencies");
    assertThat(latencies.has("minibatch")).isFalse();
    // two halves of one environment each, in the iterations with the clocks on
    assertThat(latencies.get("shard_step").get("count").intValue()).isEqualTo(4 * 2 * 2048);
    assertThat(latencies.get("gae").get("count").intValue()).isEqualTo(10);
  }
}
