/**
 * A memory of transitions that are learnt from more than once: environments write to it, samplers
 * say which transitions make up a batch, and a gather collects them.
 *
 * <p><b>Data.</b> {@code N} environments, the last {@code S} steps of each, in slabs {@code [S, N,
 * ...]} ({@link stride.replay.ReplayMemory}). Step {@code t} of the run lies in place {@code t mod
 * S}; a row is {@code place * N + environment}. An observation is stored once: the next one of a
 * transition is that of the row after it, or, where the time limit ended the episode, one of the
 * few that are kept aside. Batches are {@code [R, ...]} ({@link stride.replay.ReplayBatch}).
 *
 * <p><b>Memory.</b> A memory is one page-aligned allocation, refused before it is made if the
 * machine has not as much left. Nothing is allocated once it is in use.
 *
 * <p><b>Threads.</b> Each member of a team writes the columns of its own environments, and any
 * number of them reads between two barriers. What is drawn is a function of the seed, the update's
 * number and the row of the batch: results do not depend on the number of threads, in any bit.
 *
 * <p><b>Errors.</b> Sizes that make no sense or do not fit throw {@link
 * java.lang.IllegalArgumentException} before anything is allocated; rows that are not a memory's
 * own throw it too. A diverged simulation's transition is stored and never drawn.
 */
package stride.replay;
