package stride.cli;

import picocli.CommandLine;

/** The root command, to commands that read another command line. */
interface CommandLines {
  /** A command line that has read nothing yet. */
  CommandLine another();
}
