package stride.cli;

import java.util.ArrayList;
import stride.algo.Algorithms;

/** The algorithms that a command line may name. */
final class AlgorithmNames extends ArrayList<String> {
  private static final long serialVersionUID = 1L;

  AlgorithmNames() {
    super(Algorithms.names());
  }
}
