package stride.lab;

import com.fasterxml.jackson.databind.JsonNode;

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
