/**
 * What every learning algorithm shares with the code that runs and measures it: the {@link
 * stride.learn.Learner} interface, the names of stages, and the clocks that time them.
 *
 * <p><b>Data.</b> Times are nanoseconds of wall time, one {@link stride.learn.StageClock} per
 * thread.
 *
 * <p><b>Memory.</b> Clocks are made before the first step; measuring allocates nothing.
 *
 * <p><b>Threads.</b> A clock belongs to the thread that does the work; it is read between runs.
 *
 * <p><b>Errors.</b> None of its own.
 */
package stride.learn;
