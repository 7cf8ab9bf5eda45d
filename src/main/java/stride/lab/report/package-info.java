/**
 * Reads results folders and run folders, and writes one HTML page with plots and tables of them.
 *
 * <p><b>Data.</b> Rates are env steps per second, times are those of the files; nothing is measured
 * here, and no time of day gets into the page: the same folders give the same bytes. Text of the
 * files is escaped wherever it is written.
 *
 * <p><b>Memory.</b> A page and all that it is made from fit into the heap: some megabytes.
 *
 * <p><b>Threads.</b> Nothing here is shared.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} and {@link stride.files.FileException} name the
 * file that is missing, cut short or of another version; then no page is written, and one that was
 * there stays.
 */
package stride.lab.report;
