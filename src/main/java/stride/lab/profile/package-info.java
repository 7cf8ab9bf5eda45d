/**
 * Profiles env steps per second over environment counts: rollouts and training against the limit,
 * in turn, stage by stage.
 *
 * <p><b>Data.</b> Rates are env steps per second. Shares are fractions of the limit by processor
 * time. Latencies are nanoseconds.
 *
 * <p><b>Memory.</b> Each measurement makes and closes what it needs.
 *
 * <p><b>Threads.</b> One measurement at a time: two would disturb each other.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} where a folder cannot be written.
 */
package stride.lab.profile;
