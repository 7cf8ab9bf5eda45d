/**
 * Turns a list of names, element types and shapes into typed, aligned off-heap slabs with one
 * owner.
 *
 * <p><b>Data.</b> Arrays are dense and row-major, the slowest dimension first, and shapes are
 * written in brackets: {@code [T, N, D]}. The letters mean the same everywhere in Stride: {@code T}
 * steps of a rollout, {@code N} environments, {@code D} elements of an observation, {@code A}
 * elements of an action, {@code B} rows of a minibatch. Numbers are in the machine's byte order.
 *
 * <p><b>Memory.</b> A {@link stride.memory.SlabBlock} is one allocation that holds all slabs of a
 * {@link stride.memory.SlabPlan}; closing the block frees them together. A slab made from an arena
 * lives as long as that arena. Memory starts zeroed.
 *
 * <p><b>Threads.</b> Any thread may read and write a slab of a shared arena; the code that uses
 * them decides who writes which rows. Closing is for the owner, once no other thread uses the
 * slabs.
 *
 * <p><b>Errors.</b> An access outside a slab throws {@link java.lang.IndexOutOfBoundsException},
 * one after closing {@link java.lang.IllegalStateException}, one from a foreign thread to a
 * confined arena's slab {@link java.lang.WrongThreadException}; an unknown name or another type
 * than planned throws {@link java.lang.IllegalArgumentException}.
 */
package stride.memory;
