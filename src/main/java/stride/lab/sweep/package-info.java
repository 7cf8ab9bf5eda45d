/**
 * Searches for better options, and tells what each option is worth: a base and changes of its
 * options go in, trained over seeds; tables with intervals come out.
 *
 * <p><b>Data.</b> Returns are undiscounted means over episodes of final policies, one number a
 * seed. A search or an ablation has a folder of its own, with a JSON file that holds all of it; the
 * trainings lie elsewhere, in the store of {@link stride.lab.trials}, which many share.
 *
 * <p><b>Memory.</b> One small record a training.
 *
 * <p><b>Threads.</b> Nothing here is shared; trainings run at once as their runner is told. A
 * folder is locked against other processes.
 *
 * <p><b>Errors.</b> {@link java.lang.IllegalArgumentException} for what a search is asked and
 * cannot do, before anything is trained or written; {@link stride.lab.LabException} for the rest.
 */
package stride.lab.sweep;
