package stride.learn;

/** A value over a run. */
public sealed interface Schedule {
  /**
   * The value of the iteration that begins.
   *
   * @param progress how much of the run is done, in [0, 1)
   */
  double at(double progress);

  /**
   * Always the same.
   *
   * @param value the value
   */
  record Constant(double value) implements Schedule {
    @Override
    public double at(double progress) {
      return value;
    }
  }

  /**
   * In a straight line to 0 at the end of the run.
   *
   * @param start the value at the beginning
   */
  record LinearToZero(double start) implements Schedule {
    @Override
    public double at(double progress) {
      return start * (1 - progress);
    }
  }

  /**
   * In a straight line to 0 at the end of the run, but no further than to a floor.
   *
   * @param start the value at the beginning
   * @param floor the least value
   */
  record LinearToFloor(double start, double floor) implements Schedule {
    @Override
    public double at(double progress) {
      return Math.max(floor, start * (1 - progress));
    }
  }
}
