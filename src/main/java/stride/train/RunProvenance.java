package stride.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether what is at hand is what a run was trained with. Reads files when asked. */
public final class RunProvenance {
  private final Path run;
  private final Provenance here;
  private final String configurationDigest;
  private final String codeDigest;

  /**
   * Looks at a run.
   *
   * @param run its folder, with the configuration as it is now
   * @param code that is at hand
   * @throws TrainException if the folder is no run's
   * @throws stride.files.FileException if its configuration is unreadable
   */
  public RunProvenance(Path run, Code code) {
    this.run = run;
    this.here = Provenance.of(RunFolder.readConfig(run), code);
    this.configurationDigest = here.configurationDigest();
    this.codeDigest = code.digest();
  }

  /**
   * Refuses to use a checkpoint by another configuration than it is of: a policy that is played
   * otherwise than it was trained is another policy.
   *
   * @param run its folder, with the configuration as it is now
   * @param info of the checkpoint
   * @throws TrainException naming the options that differ
   */
  public static void requireConfiguration(Path run, CheckpointInfo info) {
    new RunProvenance(run, Code.NONE)
        .otherConfiguration(info)
        .ifPresent(
            other -> {
              throw refusal(was(run, other));
            });
  }

  /**
   * How the code at hand differs from what computed a checkpoint.
   *
   * @param info of the checkpoint
   * @return a sentence without a full stop; empty if it does not differ
   */
  public Optional<String> doubtOfCode(CheckpointInfo info) {
    return info.code() == null
        ? Optional.of(unknown())
        : otherCode(info).map(other -> was(run, other));
  }

  /** How code or configuration differ, likewise. */
  Optional<String> doubt(CheckpointInfo info) {
    if (info.configuration() == null || info.code() == null) {
      return Optional.of(unknown());
    }
    List<String> others = new ArrayList<>();
    otherCode(info).ifPresent(others::add);
    otherConfiguration(info).ifPresent(others::add);
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(was(run, String.join(", and with ", others)));
  }

  /** What a doubt leads to, unless it is overruled. */
  static TrainException refusal(String doubt) {
    return new TrainException(doubt + ": --force goes on with what is here");
  }

  private static String was(Path run, String other) {
    return run + " was trained with " + other;
  }

  private String unknown() {
    return run + " does not say what it was trained with";
  }

  private Optional<String> otherConfiguration(CheckpointInfo info) {
    if (info.configuration() == null || info.configuration().equals(configurationDigest)) {
      return Optional.empty();
    }
    return Optional.of(
        Provenance.read(run)
            .filter(its -> its.configurationDigest().equals(info.configuration()))
            .map(its -> its.options(here) + ", and its config.json says " + here.options(its))
            .orElse("another config.json"));
  }

  private Optional<String> otherCode(CheckpointInfo info) {
    if (info.code() == null || info.code().equals(codeDigest)) {
      return Optional.empty();
    }
    return Optional.of(
        Provenance.read(run)
            .filter(its -> its.code().digest().equals(info.code()))
            .map(its -> String.join(", ", its.code().differences(here.code())))
            .orElse("other code"));
  }

  /** What checkpoints from now on are of. */
  String configurationDigest() {
    return configurationDigest;
  }

  /** What checkpoints from now on are of. */
  String codeDigest() {
    return codeDigest;
  }

  /**
   * Keeps it in the run's folder.
   *
   * @param initial what the first parameters are of; null if they are random
   * @throws TrainException if they are random, and the run was to have others
   */
  void write(InitialParameters initial) {
    Provenance.read(run)
        .map(Provenance::initial)
        .filter(_ -> initial == null)
        .ifPresent(
            its -> {
              throw new TrainException(
                  "%s was to begin from %s, and ended before it did: begin it anew"
                      .formatted(run, its.run()));
            });
    here.with(initial).write(run);
  }

  /** Keeps it, and what it takes the place of. */
  void writeForced(long iteration, String doubt) {
    here.after(Provenance.read(run), new Provenance.Forced(iteration, doubt)).write(run);
  }
}
