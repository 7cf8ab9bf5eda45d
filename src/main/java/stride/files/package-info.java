/**
 * Turns values into files and files into values: whole files or none, strict JSON, one change of a
 * shared file at a time.
 *
 * <p><b>Data.</b> Text is UTF-8. JSON is that of RFC 8259, in which the components of records have
 * names in snake_case; a byte order mark before it is passed over. Files of Stride's own have a
 * {@code schema_version}.
 *
 * <p><b>Memory.</b> Files and lines that are far longer than any of Stride's are refused before
 * they fill the heap.
 *
 * <p><b>Threads.</b> Any. {@link stride.files.FileGuard} holds off other threads and other
 * processes alike.
 *
 * <p><b>Errors.</b> {@link stride.files.FileException}: one line that names the file, the place in
 * it, and what is wrong there. Writers throw {@link java.io.IOException}, to which their callers
 * add what was being written.
 */
package stride.files;
