/**
 * Processes that a measurement needs: commands with a deadline, worktrees of other revisions, and
 * what they were built from.
 *
 * <p><b>Data.</b> A build is a folder and the digest of everything in it that computes.
 *
 * <p><b>Memory.</b> That of the processes; here, what they print.
 *
 * <p><b>Threads.</b> A process belongs to the thread that started it, and ends when that is
 * interrupted.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} with the command and its last line.
 */
package stride.lab.process;
