package stride.options;

/** The parts of a run that options are listed under, in this order. */
public enum OptionGroup {
  /** What is altered of a task. */
  TASK("Task"),
  /** What is stepped, and how. */
  ROLLOUT("Environments and rollout"),
  /** Losses, returns and the optimiser. */
  LEARNING("Learning"),
  /** What is remembered, and what of it is learnt from. */
  REPLAY("Replay memory"),
  /** How often actions are random. */
  EXPLORATION("Exploration"),
  /** Episodes played without exploration. */
  EVALUATION("Evaluation"),
  /** Layers and their first weights. */
  NETWORK("Network"),
  /** What computes. */
  DEVICE("Device");

  private final String heading;

  OptionGroup(String heading) {
    this.heading = heading;
  }

  /** As help and documentation have it, without a colon. */
  public String heading() {
    return heading;
  }
}
