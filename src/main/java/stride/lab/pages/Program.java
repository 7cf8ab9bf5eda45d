package stride.lab.pages;

import stride.results.TrainingRow;

/** What trained, by the short names of peers.json. */
enum Program {
  LIMIT("the limit"),
  STRIDE("Stride"),
  STABLE_BASELINES("Stable-Baselines3"),
  PYTORCH("PyTorch");

  private final String words;

  Program(String words) {
    this.words = words;
  }

  static Program of(TrainingRow row) {
    return switch (row.peer()) {
      case "limit" -> LIMIT;
      case "stride", "stride-one-thread" -> STRIDE;
      case "sb3" -> STABLE_BASELINES;
      default -> PYTORCH; // with one kind of environments or another, compiled or not
    };
  }

  @Override
  public String toString() {
    return words;
  }
}
