/**
 * Writes the parts of README.md and docs/ that show measured numbers, and the README's picture,
 * from the results folder that {@code bench-results/baseline} names.
 *
 * <p><b>Data.</b> Rates are env steps per second, shares are fractions of the limit. Nothing is
 * measured here and no time of day is read: the same folders give the same bytes.
 *
 * <p><b>Memory.</b> A page and its results fit into the heap: some kilobytes.
 *
 * <p><b>Threads.</b> Nothing here is shared.
 *
 * <p><b>Errors.</b> {@link stride.lab.LabException} names the file, page or row that is missing;
 * the page then stays as it was.
 */
package stride.lab.pages;
