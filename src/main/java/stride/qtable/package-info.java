/**
 * Tabular Q-learning (Watkins, 1989): steps of environments in, a table of action values out.
 *
 * <p>{@link stride.qtable.QTableLearner} takes turns, step by step: {@link
 * stride.qtable.TableCollector} steps all environments with actions that are the best of the table
 * or random, and {@link stride.qtable.ValueTable} learns from each transition in the order of
 * environments. {@link stride.qtable.Buckets} make a cell of the table of an observation. The
 * options that commands and the lab use are in {@link stride.qtable.QTable}.
 *
 * <p><b>Data.</b> The table is floats {@code [cells, A]}, {@code A} being the number of choices:
 * the slab {@code parameters} of a learner's state. Its updates are computed in double.
 *
 * <p><b>Memory.</b> Nothing is allocated once it runs, but for evaluations.
 *
 * <p><b>Threads.</b> One does all the work, however many a team has: every update may change what
 * the next one reads.
 *
 * <p><b>Errors.</b> A task with real actions, buckets for another task, and tables beyond free
 * memory throw {@link java.lang.IllegalArgumentException} before anything is allocated.
 */
package stride.qtable;
