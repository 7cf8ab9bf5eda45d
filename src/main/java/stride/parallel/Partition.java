package stride.parallel;

/** Fair contiguous ranges: part {@code k} of {@code parts} is {@code [start(k), start(k + 1))}. */
public final class Partition {
  private Partition() {}

  /**
   * Where a part begins; sizes of parts differ by at most one.
   *
   * @param items how many items there are
   * @param part in [0, parts]; {@code parts} itself gives the end of the last
   * @param parts how many parts
   * @return the first item of the part
   */
  public static int start(int items, int part, int parts) {
    return (int) ((long) items * part / parts);
  }
}
