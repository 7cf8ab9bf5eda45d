package stride.ppo;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.LayerOutputs;
import stride.nn.LinearLayout;
import stride.nn.MlpLayout;
import stride.nn.PolicyLayout;

/**
 * The rows of a chunk, and what is computed of them. {@code C} is the most rows of a chunk, {@code
 * C'} that rounded up to 16; what belongs to a row but is no vector lies in columns {@code [C']},
 * whose elements beyond the last row mean nothing.
 *
 * @param columnLength C'
 * @param observations [C, D']
 * @param actions columns [A, C'] of a Gaussian policy
 * @param choices [C'] of a categorical policy
 * @param oldLogProbs [C'], at the time of the rollout
 * @param advantages [C'], normalised
 * @param returns [C']
 * @param oldValues [C'], at the time of the rollout
 * @param actor outputs of the actor's layers
 * @param critic outputs of the critic's layers
 * @param actorGradients gradients of the actor's outputs; padding stays 0
 * @param criticGradients gradients of the critic's outputs; padding stays 0
 * @param trunk what actor and critic read; null where each reads the observations
 * @param logRatios [C'], log of the new probability over the old
 * @param ratios [C'], the new probability over the old
 * @param policyLosses [C']
 * @param entropies [C']
 * @param valueLosses [C']
 * @param scratch columns [3 * outputs + 4, C'] to work in
 */
public record ChunkSlabs(
    int columnLength,
    FloatSlab observations,
    FloatSlab actions,
    IntSlab choices,
    FloatSlab oldLogProbs,
    FloatSlab advantages,
    FloatSlab returns,
    FloatSlab oldValues,
    LayerOutputs actor,
    LayerOutputs critic,
    LayerOutputs actorGradients,
    LayerOutputs criticGradients,
    Trunk trunk,
    FloatSlab logRatios,
    FloatSlab ratios,
    FloatSlab policyLosses,
    FloatSlab entropies,
    FloatSlab valueLosses,
    FloatSlab scratch) {
  /**
   * The hidden layers that actor and critic share.
   *
   * @param outputs of its layers
   * @param gradients of the outputs; padding stays 0
   * @param ofActor the part of the last gradient that comes from the actor: [C, outputStride]
   * @param ofCritic the part that comes from the critic: [C, outputStride]
   */
  public record Trunk(
      LayerOutputs outputs, LayerOutputs gradients, FloatSlab ofActor, FloatSlab ofCritic) {
    private static void plan(SlabPlan plan, MlpLayout layout, int rows) {
      LayerOutputs.plan(plan, "trunk", layout, rows);
      LayerOutputs.plan(plan, "trunk_gradients", layout, rows);
      plan.add("trunk_of_actor", ElementType.FLOAT, rows, layout.outputStride())
          .add("trunk_of_critic", ElementType.FLOAT, rows, layout.outputStride());
    }

    private static Trunk of(SlabBlock block, MlpLayout layout) {
      return new Trunk(
          new LayerOutputs(block, "trunk", layout),
          new LayerOutputs(block, "trunk_gradients", layout),
          block.floats("trunk_of_actor"),
          block.floats("trunk_of_critic"));
    }
  }

  private static final String[] COLUMNS = {
    "old_log_probs",
    "advantages",
    "returns",
    "old_values",
    "log_ratios",
    "ratios",
    "policy_losses",
    "entropies",
    "value_losses"
  };

  static void plan(SlabPlan plan, PolicyLayout policy, int rows) {
    final int columnLength = LinearLayout.padded(rows);
    plan.add("observations", ElementType.FLOAT, rows, policy.inputStride())
        .add("actions", ElementType.FLOAT, policy.spec().actions(), columnLength)
        .add("choices", ElementType.INT, columnLength)
        .add("scratch", ElementType.FLOAT, 3L * policy.head().outputs() + 4, columnLength);
    for (String column : COLUMNS) {
      plan.add(column, ElementType.FLOAT, columnLength);
    }
    LayerOutputs.plan(plan, "actor", policy.actor(), rows);
    LayerOutputs.plan(plan, "critic", policy.critic(), rows);
    LayerOutputs.plan(plan, "actor_gradients", policy.actor(), rows);
    LayerOutputs.plan(plan, "critic_gradients", policy.critic(), rows);
    if (policy.trunk() != null) {
      Trunk.plan(plan, policy.trunk(), rows);
    }
  }

  static ChunkSlabs of(SlabBlock block, PolicyLayout policy) {
    return new ChunkSlabs(
        Math.toIntExact(block.ints("choices").length()),
        block.floats("observations"),
        block.floats("actions"),
        block.ints("choices"),
        block.floats("old_log_probs"),
        block.floats("advantages"),
        block.floats("returns"),
        block.floats("old_values"),
        new LayerOutputs(block, "actor", policy.actor()),
        new LayerOutputs(block, "critic", policy.critic()),
        new LayerOutputs(block, "actor_gradients", policy.actor()),
        new LayerOutputs(block, "critic_gradients", policy.critic()),
        policy.trunk() == null ? null : Trunk.of(block, policy.trunk()),
        block.floats("log_ratios"),
        block.floats("ratios"),
        block.floats("policy_losses"),
        block.floats("entropies"),
        block.floats("value_losses"),
        block.floats("scratch"));
  }
}
