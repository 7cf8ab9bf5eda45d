package stride.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code 5%} and {@code 0.05} alike. */
final class Percentage implements ITypeConverter<Double> {
  /** For help. */
  static final String RANGE = "a share in [0, 1), as 5%% or 0.05";

  @Override
  public Double convert(String text) {
    boolean percent = text.endsWith("%");
    double value;
    try {
      value = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
    } catch (NumberFormatException e) {
      throw refusal(text);
    }
    double share = percent ? value / 100 : value;
    if (!(share >= 0 && share < 1)) {
      throw refusal(text);
    }
    return share;
  }

  private static TypeConversionException refusal(String text) {
    return new TypeConversionException(text + ", required: " + RANGE.replace("%%", "%"));
  }
}
