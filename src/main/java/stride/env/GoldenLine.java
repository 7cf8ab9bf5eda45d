package stride.env;

/** A line of a golden file after the first: the start of an episode, or one step of it. */
final class GoldenLine {
  final boolean reset;
  final double[] state; // [coordinates] after the step, or to start from
  final double[] obs; // [D] of that state
  final double[] action; // [A]; empty in a reset
  final double reward;
  final boolean terminated;
  final boolean truncated;

  GoldenLine(double[] state, double[] obs) {
    this(true, state, obs, new double[0], 0, false, false);
  }

  GoldenLine(
      double[] state,
      double[] obs,
      double[] action,
      double reward,
      boolean terminated,
      boolean truncated) {
    this(false, state, obs, action, reward, terminated, truncated);
  }

  private GoldenLine(
      boolean reset,
      double[] state,
      double[] obs,
      double[] action,
      double reward,
      boolean terminated,
      boolean truncated) {
    this.reset = reset;
    this.state = state;
    this.obs = obs;
    this.action = action;
    this.reward = reward;
    this.terminated = terminated;
    this.truncated = truncated;
  }

  boolean endsEpisode() {
    return terminated || truncated;
  }
}
