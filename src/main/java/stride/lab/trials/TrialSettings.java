package stride.lab.trials;

import java.nio.file.Path;

/**
 * Where and how trials are run.
 *
 * @param root where trials lie
 * @param jobs how many run at once
 * @param threads of each
 * @param warmUpSeconds how long code of each may compile before its clock starts
 * @param mixed whether results of other machines are taken too
 */
public record TrialSettings(
    Path root, int jobs, int threads, double warmUpSeconds, boolean mixed) {}
