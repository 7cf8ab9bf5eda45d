/**
 * What every learning algorithm shares with the code that runs and measures it: the {@link
 * stride.learn.Learner} interface, the names of stages and the clocks that time them, schedules,
 * and the backends that compute.
 *
 * <p><b>Data.</b> A learner's state is named slabs. Times are nanoseconds: wall and processor time
 * of the first-level stages of an iteration ({@link stride.learn.StageSplit}), wall time of inner
 * stages with one {@link stride.learn.StageClock} per thread.
 *
 * <p><b>Memory.</b> Clocks are made before the first step; measuring allocates nothing.
 *
 * <p><b>Threads.</b> A clock belongs to the thread that does the work; it is read between runs.
 *
 * <p><b>Errors.</b> Numbers that are no longer finite throw {@link
 * stride.learn.NotFiniteException}.
 */
package stride.learn;
