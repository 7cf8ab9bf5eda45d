package stride.env;

/** Passes the steps of a shard on to a tape, while one is recording. */
final class Recorder {
  private ReplayTape tape; // null: none

  /** Starts a tape with the next step. */
  void start(ReplayTape newTape, TaskRows rows) {
    requireIdle();
    newTape.begin(rows);
    tape = newTape;
  }

  void requireIdle() {
    if (tape != null && !tape.isFinished()) {
      throw new IllegalStateException("shard is recording a tape");
    }
  }

  void beforeStep() {
    if (tape != null && tape.isFinished()) {
      tape = null;
    }
    if (tape != null) {
      tape.beforeStep();
    }
  }

  void controlsWritten() {
    if (tape != null) {
      tape.controlsWritten();
    }
  }

  void rowReset(int row) {
    if (tape != null) {
      tape.rowReset(row);
    }
  }

  void stepDone() {
    if (tape != null) {
      tape.stepDone();
    }
  }
}
