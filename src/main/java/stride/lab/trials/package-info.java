/**
 * Trains many configurations over many seeds, each in a process of its own: configurations and
 * seeds go in, what each of them reached comes out.
 *
 * <p><b>Data.</b> A trial is one configuration and one seed. It lies in {@code
 * <root>/<task>/<options>__<revision>__<key>/seed-<n>}, a run folder like any other with a
 * trial.json. Options are those that differ from the nearest preset. The key is made of all
 * options, the commit and everything that computes, models and libraries included, so that changed
 * code never reuses results. Threads are not part of it: they change no bit.
 *
 * <p><b>Memory.</b> That of the processes; here, one small record a trial.
 *
 * <p><b>Threads.</b> A runner uses as many threads as it has jobs, and locks its root against other
 * processes.
 *
 * <p><b>Errors.</b> A training that crashes or diverges is a result. {@link
 * stride.lab.LabException} is for what says nothing of the configuration: a full disk, a process
 * that was killed from outside again and again, options that are refused; nothing is recorded then,
 * and the same call goes on with what is left.
 */
package stride.lab.trials;
