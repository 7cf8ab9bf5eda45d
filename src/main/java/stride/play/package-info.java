/**
 * A saved policy, and episodes played with it, also while it is still being learnt ({@link
 * stride.play.TrainingEvaluation}).
 *
 * <p><b>Data.</b> Returns are sums of the task's own rewards, undiscounted and not normalised.
 * Observations are normalised by the statistics of the checkpoint, which stay as they are.
 *
 * <p><b>Memory.</b> A policy reads the slabs of the state it was found in, which must outlive it.
 *
 * <p><b>Threads.</b> One.
 *
 * <p><b>Errors.</b> {@link java.lang.IllegalArgumentException} for a state that is not of the run's
 * configuration.
 */
package stride.play;
