package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import stride.env.ShortTask;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Golden;

/** n-step rewards, discounts and what they bootstrap from, against NumPy's. */
class ReplayGatherTest {
  private static final float SEEN = 1000; // 1000 environments a step, and its own number
  private static final float LAST = 0.5f; // more, where it is the end of a truncated episode

  @Test
  void nStepsAreThoseOfNumpy() {
    JsonNode cases = Golden.values("n_step");
    assertThat(cases).hasSize(3);
    for (JsonNode golden : cases) {
      check(golden);
    }
  }

  private static void check(JsonNode golden) {
    final int steps = golden.get("rewards").size();
    final int numEnvs = golden.get("rewards").get(0).size();
    final int nStep = golden.get("n").asInt();
    // a limit of one step, so that any step may be truncated
    final var spec = new ShortTask("CartPole-v1", 1).spec();
    try (var arena = Arena.ofConfined();
        var memory = new ReplayMemory(spec, numEnvs, (long) steps * numEnvs, SlabAllocator.PAGES);
        var batch = new ReplayBatch(spec, 1, SlabAllocator.PAGES)) {
      fill(memory, golden, steps);
      final var gather = new ReplayGather(memory, nStep, golden.get("gamma").asDouble());
      final IntSlab rows = IntSlab.allocate(arena, 1);
      int complete = 0;
      for (int t = 0; t < steps; t++) {
        for (int env = 0; env < numEnvs; env++) {
          final int row = memory.row(t) + env;
          final boolean expected = at(golden, "complete", t, env) == 1;
          assertThat(memory.usable(row, steps - t, nStep)).isEqualTo(expected);
          if (expected) {
            rows.set(0, row);
            gather.rows(rows, 0, 1, batch);
            checkRow(golden, t, env, batch);
            complete++;
          }
        }
      }
      assertThat(complete).isBetween(1, steps * numEnvs);
    }
  }

  private static void fill(ReplayMemory memory, JsonNode golden, int steps) {
    for (int t = 0; t <= steps; t++) {
      for (int env = 0; env < memory.numEnvs(); env++) {
        final int row = memory.row(t) + env;
        set(memory.observations(), row, memory, SEEN * t + env);
        if (t == steps) {
          continue;
        }
        memory.rewards().set(row, (float) at(golden, "rewards", t, env));
        int end = at(golden, "terminated", t, env) == 1 ? ReplayMemory.TERMINATED : 0;
        if (at(golden, "truncated", t, env) == 1) {
          end = ReplayMemory.TRUNCATED | memory.slot(t) << ReplayMemory.SLOT;
          final int terminalRow = memory.terminalRow(row, end);
          set(memory.terminals(), terminalRow, memory, SEEN * (t + 1) + env + LAST);
        }
        memory.ends().set(row, end);
      }
    }
    memory.steps(steps);
  }

  private static void set(Slab observations, int row, ReplayMemory memory, float value) {
    ((FloatSlab) observations).set((long) row * memory.inputStride(), value);
  }

  private static double at(JsonNode golden, String name, int t, int env) {
    return golden.get(name).get(t).get(env).asDouble();
  }

  private static void checkRow(JsonNode golden, int t, int env, ReplayBatch batch) {
    final int m = (int) at(golden, "steps", t, env);
    final boolean bootstraps = at(golden, "bootstraps", t, env) == 1;
    final boolean truncated = at(golden, "truncated", t + m - 1, env) == 1;
    assertThat(batch.observations().get(0)).isEqualTo(SEEN * t + env);
    assertThat(batch.rewards().get(0))
        .isCloseTo((float) at(golden, "returns", t, env), within(1e-6f));
    assertThat(batch.discounts().get(0))
        .isEqualTo(bootstraps ? (float) Math.pow(golden.get("gamma").asDouble(), m) : 0f);
    if (bootstraps) {
      assertThat(batch.nextObservations().get(0))
          .isEqualTo(SEEN * (t + m) + env + (truncated ? LAST : 0));
    }
  }
}
