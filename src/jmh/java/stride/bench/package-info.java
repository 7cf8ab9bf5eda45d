/**
 * The JMH suites: what each part of the way from observation to a better policy costs.
 *
 * <p>{@code ./stride bench} runs them all, {@code --suite NAME} some, {@code --quick} with few
 * short iterations and a part of the parameters. Each suite's Javadoc says what it asks, which trap
 * it avoids, and in which unit it answers; its annotations {@link stride.lab.bench.Quick}, {@link
 * stride.lab.bench.NeedsGpu}, {@link stride.lab.bench.AnchoredBy} and {@link
 * stride.lab.bench.Investigation} say how it is run and judged.
 *
 * <p><b>Data.</b> Seeds are fixed. Physics costs what the states make it cost, so whatever
 * simulates does the same steps from the same warmed states in every operation, however fast it is.
 * Before anything is timed, it is proved to be right: steps and rollouts end where bare {@code
 * mj_step} in C ends, in every bit; kernels agree with the reference; learning ends in the same
 * bits on another number of threads.
 *
 * <p><b>Memory.</b> States own what they measure, and close it when their trial ends. What is
 * measured allocates nothing; JMH itself takes some KB an iteration, which {@code
 * gc.alloc.rate.norm} (B/op) spreads over the operations: next to nothing of a short one, some KB
 * of a rollout or an update.
 *
 * <p><b>Threads.</b> JMH runs one thread; a team of several is part of what is measured.
 *
 * <p><b>Errors.</b> A proof that fails ends the fork, and with it the run.
 */
package stride.bench;
