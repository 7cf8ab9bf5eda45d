package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import stride.random.RandomStream;

/** The values that a search may give to one option. */
sealed interface Domain {
  /** One of them. */
  JsonNode draw(RandomStream random);

  /**
   * Values that are listed, all equally probable.
   *
   * @param values one or more
   */
  record Choice(List<JsonNode> values) implements Domain {
    @Override
    public JsonNode draw(RandomStream random) {
      return values.get(random.nextInt(values.size()));
    }
  }

  /**
   * Numbers between two others, which are possible too: uniform, or uniform in their logarithm.
   *
   * @param low the least
   * @param high the most
   * @param log whether orders of magnitude are equally probable, and not differences
   * @param integer whether numbers are whole
   */
  record Range(double low, double high, boolean log, boolean integer) implements Domain {
    // as many as anyone would type, and enough for a gamma of 0.9995
    private static final MathContext DIGITS = new MathContext(4);

    @Override
    public JsonNode draw(RandomStream random) {
      double end = integer ? high + 1 : high;
      double drawn =
          log
              ? StrictMath.exp(random.uniform(StrictMath.log(low), StrictMath.log(end)))
              : random.uniform(low, end);
      JsonNodeFactory json = JsonNodeFactory.instance;
      if (integer) {
        return json.numberNode((long) Math.clamp(Math.floor(drawn), low, high));
      }
      double rounded = BigDecimal.valueOf(drawn).round(DIGITS).doubleValue();
      return json.numberNode(Math.clamp(rounded, low, high));
    }
  }
}
