/**
 * A results folder, typed both ways: what measuring writes into it, reports and pages read back.
 *
 * <p><b>Data.</b> A folder holds machine.json and, of what was measured, jmh-SUITE.json,
 * profile-TASK.json, returns and anchors. Rates are env steps per second (one policy decision each,
 * never multiplied by the frame skip). Shares are fractions of the limit, bare {@code mj_step} in C
 * over the very actions and resets of the run, by processor time.
 *
 * <p><b>Memory.</b> Some kilobytes a folder, on the heap.
 *
 * <p><b>Threads.</b> Any: records do not change.
 *
 * <p><b>Errors.</b> A damaged file: one line that names the file and the reason. Nothing that was
 * saved is overwritten.
 */
package stride.results;
