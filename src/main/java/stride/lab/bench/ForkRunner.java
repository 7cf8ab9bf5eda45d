package stride.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import stride.lab.process.Checkout;

/** Runs single forks. */
@FunctionalInterface
interface ForkRunner {
  /**
   * Runs one.
   *
   * @param checkout whose code
   * @param benchmark what
   * @return JMH's result
   */
  JsonNode run(Checkout checkout, BenchmarkCase benchmark);
}
