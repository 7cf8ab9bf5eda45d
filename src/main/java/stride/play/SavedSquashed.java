package stride.play;

import java.util.Map;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.SacLayout;
import stride.nn.SquashedHead;

/**
 * The actor and critics of a checkpoint of SAC.
 *
 * @param layout where the parameters lie
 * @param head what the actor's outputs mean
 * @param parameters the state's own: [layout.network.size], all finite
 */
public record SavedSquashed(SacLayout layout, SquashedHead head, FloatSlab parameters)
    implements SavedNetwork {
  /**
   * Finds the networks in a state.
   *
   * @param layout of the run's networks
   * @param head what the actor's outputs mean
   * @param state of a checkpoint; outlives the networks
   * @return their parameters
   * @throws IllegalArgumentException if the state is not of such a run, or a number is not finite
   */
  public static SavedSquashed of(SacLayout layout, SquashedHead head, Map<String, Slab> state) {
    final FloatSlab parameters = SavedPolicy.parameters(state, layout.network().size());
    return new SavedSquashed(layout, head, parameters);
  }
}
