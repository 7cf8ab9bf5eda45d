package stride.lab.verify;

import java.nio.file.Path;

/** A process that puts rows into a ledger. */
final class LedgerWriter {
  static final int ROWS = 15;

  private LedgerWriter() {}

  public static void main(String[] args) {
    for (int k = 0; k < ROWS; k++) {
      new Ledger(Path.of(args[0]))
          .put(LedgerTest.row(args[1] + " " + k, Verdict.KEPT, "0123456789"));
    }
  }
}
