package stride.parallel;

/** Fair contiguous ranges: part {@code k} of {@code parts} is {@code [start(k), start(k + 1))}. */
public final class Partition {
  private Partition() {}

  /**
   * The first item of a part. Sizes of parts differ by at most one.
   *
   * @param part in [0, parts]; {@code parts} itself gives the end of the last
   */
  public static int start(int items, int part, int parts) {
    return (int) ((long) items * part / parts);
  }
}
