/**
 * Soft actor-critic (Haarnoja et al., 2018): the arithmetic beyond networks.
 *
 * <p>An actor puts out means and standard deviations; what is drawn is squashed into the bounds of
 * an action, as {@link stride.nn.SquashedHead} says. Two critics judge an observation with an
 * action, and the smaller value counts. A temperature, which is learnt as well, sets what the
 * entropy of actions is worth. The arithmetic is behind {@link stride.sac.SacKernels}: {@code
 * sac.reference} defines it and is the place to begin reading, {@code sac.cpu} is fast.
 *
 * <p><b>Data.</b> Parts of a batch, {@code [R, .]}. Actions of A elements, of which each has a
 * column of its own while they are drawn.
 *
 * <p><b>Memory.</b> {@link stride.sac.DrawnActions} lies in a block of the caller. Nothing is
 * allocated once it runs.
 *
 * <p><b>Threads.</b> Kernels are stateless; slabs belong to one thread at a time.
 *
 * <p><b>Errors.</b> Bounds that are not finite throw {@link java.lang.IllegalArgumentException}; a
 * slab that is too small, {@link java.lang.IndexOutOfBoundsException}.
 */
package stride.sac;
