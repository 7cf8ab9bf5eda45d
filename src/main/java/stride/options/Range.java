package stride.options;

/** The ranges that numbers of options may have: what is said of them, and what holds. */
public enum Range {
  /** Every number. */
  ANY("any number"),
  /** Seeds that may be absent. */
  ANY_INTEGER_OR_NULL("any 64-bit integer or null"),
  /** Counts. */
  AT_LEAST_ONE(">= 1"),
  /** Counts that may be absent. */
  AT_LEAST_ONE_OR_NULL(">= 1 or null"),
  /** Shares and discounts. */
  UNIT_INTERVAL("in [0, 1]"),
  /** Weights of either sign. */
  FINITE("finite"),
  /** Weights of either sign that may be absent. */
  FINITE_OR_NULL("finite or null"),
  /** Weights and rates. */
  NOT_NEGATIVE("finite, >= 0"),
  /** Limits. */
  POSITIVE("finite, > 0"),
  /** Limits that may be absent. */
  POSITIVE_OR_NULL("finite, > 0 or null");

  private final String text;

  Range(String text) {
    this.text = text;
  }

  /** Whether a number, or null for none, is in the range. */
  public boolean contains(Number value) {
    return value == null ? orNull() : contains(value.doubleValue());
  }

  private boolean orNull() {
    return switch (this) {
      case ANY_INTEGER_OR_NULL, AT_LEAST_ONE_OR_NULL, FINITE_OR_NULL, POSITIVE_OR_NULL -> true;
      case ANY, AT_LEAST_ONE, UNIT_INTERVAL, FINITE, NOT_NEGATIVE, POSITIVE -> false;
    };
  }

  private boolean contains(double value) {
    return switch (this) {
      case ANY, ANY_INTEGER_OR_NULL -> true;
      case AT_LEAST_ONE, AT_LEAST_ONE_OR_NULL -> value >= 1;
      case UNIT_INTERVAL -> value >= 0 && value <= 1;
      case FINITE, FINITE_OR_NULL -> Double.isFinite(value);
      case NOT_NEGATIVE -> Double.isFinite(value) && value >= 0;
      case POSITIVE, POSITIVE_OR_NULL -> Double.isFinite(value) && value > 0;
    };
  }

  /** As messages and help have it, after {@code required:}. */
  @Override
  public String toString() {
    return text;
  }
}
