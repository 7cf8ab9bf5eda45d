/**
 * Measures: profiles over environment counts, benchmark suites, and the results folders that keep
 * them.
 *
 * <p><b>Data.</b> Rates are env steps per second (one policy decision each, never multiplied by the
 * frame skip). Shares are fractions of the limit, bare {@code mj_step} in C over the very actions
 * and resets of the run, by processor time.
 *
 * <p><b>Memory.</b> Each measurement makes and closes what it needs.
 *
 * <p><b>Threads.</b> One measurement at a time: two would disturb each other.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} where a folder cannot be written or a proof
 * before timing fails; nothing that was saved is overwritten.
 */
package stride.lab;
