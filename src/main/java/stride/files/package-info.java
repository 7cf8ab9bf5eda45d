/**
 * Turns values into files and files into values: whole files or none, strict JSON, safetensors, one
 * change of a shared file at a time.
 *
 * <p><b>Data.</b> Text is UTF-8. JSON is that of RFC 8259, in which the components of records have
 * names in snake_case; a byte order mark before it is passed over. Slabs lie in safetensors files,
 * little endian, under a SHA-256 of the whole. Files of Stride's own have a {@code schema_version}.
 *
 * <p><b>Memory.</b> Files and lines that are far longer than any of Stride's are refused before
 * they fill the heap. Slabs go to the file and back without a copy on the heap; a {@link
 * stride.files.Safetensors} that was read owns its slabs until it is closed.
 *
 * <p><b>Threads.</b> Any. {@link stride.files.FileGuard} holds off other threads and other
 * processes alike.
 *
 * <p><b>Errors.</b> {@link stride.files.FileException}: one line that names the file, the place in
 * it, and what is wrong there. {@link stride.files.AtomicFile} throws {@link java.io.IOException},
 * to which its callers add what was being written.
 */
package stride.files;
