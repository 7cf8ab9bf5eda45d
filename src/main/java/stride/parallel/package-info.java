/**
 * Runs the same work on a fixed team of threads, each on its own fixed part of it.
 *
 * <p><b>Data.</b> Work is a function of the member's number. Parts are contiguous ranges ({@link
 * stride.parallel.Partition}) that depend on sizes only, never on timing, so that results do not
 * either.
 *
 * <p><b>Memory.</b> A team owns its threads and nothing else; {@link stride.parallel.Team#close}
 * ends them. A run allocates nothing.
 *
 * <p><b>Threads.</b> The caller is member 0. Members spin while work is short and park when there
 * is none for a while, so that idle teams leave the cores to others.
 *
 * <p><b>Errors.</b> An exception in a member ends the run for all, also for those waiting at the
 * barrier, and is rethrown to the caller unchanged.
 */
package stride.parallel;
