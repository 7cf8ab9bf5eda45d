package stride.lab.verify;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import stride.stats.Equivalence;
import stride.stats.Interval;
import stride.stats.UncertainMean;

/** What became of the returns. */
public enum Verdict {
  /** Each pair of seeds ended in the same parameters and the same return. */
  IDENTICAL,
  /** The interval of the difference lies within the margin. */
  KEPT,
  /** The interval lies above zero, and not within the margin. */
  BETTER,
  /** The interval lies below zero, and not within the margin. */
  WORSE,
  /** Neither: there are too few seeds to say. */
  NOT_SHOWN;

  /** By where the interval of a difference, candidate less reference, lies. */
  static Verdict of(UncertainMean difference, double margin) {
    Interval interval = difference.interval(Equivalence.CONFIDENCE);
    if (interval.low() >= -margin && interval.high() <= margin) {
      return KEPT;
    }
    if (interval.low() > 0) {
      return BETTER;
    }
    return interval.high() < 0 ? WORSE : NOT_SHOWN;
  }

  /** Whether a change may be made: true if the returns are shown not to be worse. */
  public boolean holds() {
    return this == IDENTICAL || this == KEPT || this == BETTER;
  }

  /**
   * As files and sentences have it.
   *
   * @return for example {@code not_shown}
   */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
