package stride.lab.pages;

/** Numbers with their units as the pages show them; nothing for null. */
public final class Numbers {
  private Numbers() {}

  static String thousands(Double rate) {
    return MeasuredPage.format("%.1fk", rate == null ? null : rate / 1000);
  }

  static String percent(Double share) {
    return MeasuredPage.format("%.1f %%", share == null ? null : 100 * share);
  }

  static String megabytes(Double bytes) {
    return MeasuredPage.format("%.0f MB", bytes == null ? null : bytes / 1e6);
  }
}
