/**
 * The command line: options in, tables or one line of JSON out.
 *
 * <p><b>Data.</b> Results go to stdout, everything else to stderr, so that {@code --json} can be
 * piped.
 *
 * <p><b>Memory.</b> Commands close what they open.
 *
 * <p><b>Threads.</b> Commands run on the main thread.
 *
 * <p><b>Errors.</b> One line on stderr; exit 1 for a failure, 2 for bad usage; {@code --debug} adds
 * the stack trace.
 */
package stride.cli;
