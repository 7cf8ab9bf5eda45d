package stride.lab.sweep;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.SortedMap;
import stride.files.OrNull;
import stride.files.ValuesOrNull;
import stride.lab.verify.Verdict;
import stride.stats.Interval;

/**
 * What a change of the base led to.
 *
 * @param options that differ from the base's
 * @param returnMean of the evaluations, over seeds
 * @param returnMeanCi95 its interval, Student's
 * @param returns one a seed, as they count
 * @param failed how many seeds ended early
 * @param difference of the means, change less base
 * @param differenceCi95 its interval, Welch's
 * @param p how probable a difference at least this large is if there is none
 * @param pHolm the same for all changes together
 * @param probabilityOfImprovement how often a seed of the change beats one of the base
 * @param probabilityOfImprovementCi95 its interval, by bootstrap
 * @param verdict better or worse if the adjusted p is below 5 %, identical if nothing differs in
 *     any bit, else not shown
 * @param key names the folder of its trainings
 */
public record AblationRow(
    @ValuesOrNull SortedMap<String, JsonNode> options,
    double returnMean,
    @OrNull @JsonProperty("return_mean_ci95") Interval returnMeanCi95,
    List<Double> returns,
    int failed,
    double difference,
    @JsonProperty("difference_ci95") Interval differenceCi95,
    double p,
    double pHolm,
    double probabilityOfImprovement,
    @JsonProperty("probability_of_improvement_ci95") Interval probabilityOfImprovementCi95,
    Verdict verdict,
    String key) {
  private static final double LEVEL = 0.05;

  static Verdict verdict(boolean identical, double difference, double pHolm) {
    if (identical) {
      return Verdict.IDENTICAL;
    }
    if (pHolm >= LEVEL) {
      return Verdict.NOT_SHOWN;
    }
    return difference > 0 ? Verdict.BETTER : Verdict.WORSE;
  }
}
