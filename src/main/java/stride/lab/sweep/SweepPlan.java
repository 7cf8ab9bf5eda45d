package stride.lab.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import stride.files.OrNull;

/**
 * What a search is asked: two searches are the same if this is.
 *
 * @param task Gymnasium's name
 * @param config of the base: flat, as a run's config.json has it, without a seed
 * @param space as its file has it
 * @param search random or halving
 * @param eta of successive halving; null for random search
 * @param budget for all of it
 * @param seeds of each configuration
 * @param seed of the search's own draws
 */
public record SweepPlan(
    String task,
    ObjectNode config,
    ObjectNode space,
    String search,
    @OrNull Integer eta,
    Budget budget,
    List<Long> seeds,
    long seed) {
  /** Successive halving's name. */
  public static final String HALVING = "halving";

  /** The searches there are. */
  public static final List<String> SEARCHES = List.of("random", HALVING);

  /** The usual choice of Hyperband (Li et al., 2018). */
  public static final int USUAL_ETA = 3;

  boolean isHalving() {
    return eta != null;
  }

  Rungs rungs() {
    long totalTimesteps = config.get(Configuration.TOTAL_TIMESTEPS).longValue();
    return isHalving() ? Rungs.halving(totalTimesteps, eta) : Rungs.random(totalTimesteps);
  }
}
