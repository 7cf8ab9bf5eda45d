package stride.replay;

import com.fasterxml.jackson.databind.JsonNode;
import stride.memory.FloatSlab;
import stride.nn.Golden;

/** Writes transitions into a memory, for tests of what learns from it. */
public final class MemoryRows {
  private MemoryRows() {}

  /**
   * Puts golden episodes into a memory of one environment, one after the other, all terminated.
   *
   * @param golden observations, choices and rewards, and the lengths of the episodes
   */
  public static void put(ReplayMemory memory, JsonNode golden) {
    Golden.putRows((FloatSlab) memory.observations(), memory.inputStride(), golden.get("obs"));
    int row = 0;
    for (JsonNode length : golden.get("lengths")) {
      for (int t = 0; t < length.asInt(); t++) {
        memory.actions().choices().set(row, golden.get("action").get(row).asInt());
        memory.rewards().set(row, (float) golden.get("reward").get(row).asDouble());
        memory.ends().set(row, t + 1 == length.asInt() ? ReplayMemory.TERMINATED : 0);
        row++;
      }
    }
    memory.steps(row);
  }
}
