/**
 * The arithmetic of DQN for the CPU.
 *
 * <p><b>Data.</b> A row has few actions, and of most only one matters: loops are scalar and go over
 * memory directly. Sums go over actions in order, so that bits are the same interpreted or
 * compiled.
 *
 * <p><b>Memory.</b> Nothing is kept, and nothing is allocated.
 *
 * <p><b>Threads.</b> Stateless.
 *
 * <p><b>Errors.</b> As {@link stride.dqn.DqnKernels} says.
 */
package stride.dqn.cpu;
