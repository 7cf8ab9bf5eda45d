/**
 * Finds the folder of Stride that holds what is not in its jar: the libraries that the build
 * fetched and compiled, the task models, and the results.
 *
 * <p><b>Data.</b> Paths, all absolute. Nothing is read or written here.
 *
 * <p><b>Memory.</b> Nothing is kept: the property and the variable are looked up at every call.
 *
 * <p><b>Threads.</b> Any.
 *
 * <p><b>Errors.</b> A missing folder is not an error here. Code that looks for a file in it names
 * the file and adds {@link stride.home.Home#advice}.
 */
package stride.home;
