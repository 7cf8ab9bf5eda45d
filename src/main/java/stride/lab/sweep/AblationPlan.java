package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import stride.files.ValuesOrNull;

/**
 * What an ablation is asked: two are the same if this is.
 *
 * @param task Gymnasium's name
 * @param config of the base: flat, as a run's config.json has it, without a seed
 * @param changes each alone
 * @param seeds of base and changes, two or more
 */
public record AblationPlan(
    String task,
    ObjectNode config,
    @ValuesOrNull List<SortedMap<String, JsonNode>> changes,
    List<Long> seeds) {
  /**
   * Checks the changes.
   *
   * @param task Gymnasium's name
   * @param changes each alone
   * @param seeds of base and changes, two or more
   * @param rules that options go by
   * @return the plan
   * @throws IllegalArgumentException if a change is impossible, changes nothing, or is there twice
   */
  public static AblationPlan of(
      String task, List<Map<String, JsonNode>> changes, List<Long> seeds, OptionRules rules) {
    ObjectNode base = rules.resolve(Map.of());
    List<SortedMap<String, JsonNode>> changed = new ArrayList<>();
    Set<ObjectNode> known = new HashSet<>(Set.of(base));
    for (Map<String, JsonNode> change : changes) {
      ObjectNode config = rules.resolve(change);
      if (!known.add(config)) {
        throw new IllegalArgumentException(
            Configuration.words(change) + " is the base, or a change that was given before");
      }
      changed.add(Configuration.changed(change.keySet(), config, base));
    }
    return new AblationPlan(task, base, changed, seeds);
  }

  /** The base, and each change of it. */
  List<Configuration> configurations(OptionRules rules) {
    List<Configuration> all = new ArrayList<>();
    all.add(Configuration.base(rules));
    for (SortedMap<String, JsonNode> change : changes) {
      all.add(new Configuration(all.size() + 1, change, rules.resolve(change)));
    }
    return all;
  }
}
