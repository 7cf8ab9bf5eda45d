package stride.play;

import java.util.Map;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.QLayout;

/**
 * The Q network of a checkpoint.
 *
 * @param layout where the parameters lie
 * @param parameters the state's own: [layout.size], all finite
 */
public record SavedValues(QLayout layout, FloatSlab parameters) implements SavedNetwork {
  /**
   * Finds the network in a state.
   *
   * @param layout of the run's network
   * @param state of a checkpoint; outlives the network
   * @return its parameters
   * @throws IllegalArgumentException if the state is not of such a run, or a number is not finite
   */
  public static SavedValues of(QLayout layout, Map<String, Slab> state) {
    return new SavedValues(layout, SavedPolicy.parameters(state, layout.size()));
  }
}
