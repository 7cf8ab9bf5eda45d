package stride.learn;

/** The ranges that numbers of options may have: what is said of them, and what holds. */
public enum Range {
  /** Every number. */
  ANY("any number"),
  /** Counts. */
  AT_LEAST_ONE(">= 1"),
  /** Shares and discounts. */
  UNIT_INTERVAL("in [0, 1]"),
  /** Weights of either sign. */
  FINITE("finite"),
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
    return value == null ? this == POSITIVE_OR_NULL : contains(value.doubleValue());
  }

  private boolean contains(double value) {
    return switch (this) {
      case ANY -> true;
      case AT_LEAST_ONE -> value >= 1;
      case UNIT_INTERVAL -> value >= 0 && value <= 1;
      case FINITE -> Double.isFinite(value);
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
