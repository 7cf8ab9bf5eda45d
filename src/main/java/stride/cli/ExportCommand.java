package stride.cli;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.export.ExportedNetwork;
import stride.export.ExportedPolicy;
import stride.export.ExportedSquashed;
import stride.export.ExportedValues;
import stride.play.SavedPolicy;
import stride.play.SavedSquashed;
import stride.play.SavedValues;
import stride.train.Checkpoint;
import stride.train.RunProvenance;
import stride.train.RunSpec;
import stride.train.TrainException;

/** Writes the policy of a run for others. */
@Command(
    name = "export",
    description = {
      "Writes the final or best policy of a run, with the normalisation of its observations, into"
          + " one file that needs nothing of Stride. docs/sharing.md says what is in it."
    },
    footer = {
      "",
      "Example: stride export runs/Hopper-v5__ppo__1__1750000000 --onnx hopper.onnx",
      "         stride export runs/Hopper-v5__ppo__1__1750000000 --best --safetensors"
          + " hopper.safetensors"
    })
final class ExportCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Parameters(paramLabel = "RUN", description = "folder of a run")
  Path run;

  @ArgGroup(multiplicity = "1")
  Target target;

  @Option(names = "--best", description = "the best checkpoint instead of the final one")
  boolean best;

  @Option(
      names = "--force",
      description =
          "replace a file that is there, and export even if config.json is not what the policy was"
              + " trained with")
  boolean force;

  /** Where to, and in which form. */
  static final class Target {
    @Option(
        names = "--onnx",
        paramLabel = "FILE",
        description = "ONNX model to write, with the normalisation inside (default: none)")
    Path onnx;

    @Option(
        names = "--safetensors",
        paramLabel = "FILE",
        description =
            "safetensors file to write: tensors under PyTorch's names, [out, in], with mean and"
                + " scale beside them (default: none)")
    Path safetensors;

    private Path file() {
      return onnx != null ? onnx : safetensors;
    }
  }

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    RunSpec<?> spec = RunSpec.ofRun(run);
    if (!spec.algorithm().hasNetwork()) {
      throw noNetwork(spec);
    }
    Path file = RunSpec.checkpointFile(run, best);
    if (!force && Files.exists(target.file(), LinkOption.NOFOLLOW_LINKS)) {
      throw new TrainException(target.file() + " exists already: --force replaces it");
    }
    try (Checkpoint checkpoint = spec.read(file);
        Arena arena = Arena.ofConfined()) {
      if (!force) {
        RunProvenance.requireConfiguration(run, checkpoint.info());
      }
      write(network(arena, spec, file, checkpoint));
      print(spec.task().spec().id(), checkpoint, file);
    }
    return 0;
  }

  private ExportedNetwork network(Arena arena, RunSpec<?> spec, Path file, Checkpoint checkpoint) {
    SequencedMap<String, String> metadata = checkpoint.info().metadata();
    try {
      return switch (spec.network(arena, best ? checkpoint.bestSlabs() : checkpoint.slabs())) {
        case SavedPolicy policy ->
            new ExportedPolicy(policy.layout(), policy.parameters(), policy.statistics(), metadata);
        case SavedValues values ->
            new ExportedValues(values.layout(), values.parameters(), metadata);
        case SavedSquashed squashed ->
            new ExportedSquashed(
                squashed.layout(), squashed.head(), squashed.parameters(), metadata);
        default -> throw noNetwork(spec);
      };
    } catch (IllegalArgumentException e) {
      throw new TrainException(file + " does not fit the configuration: " + e.getMessage(), e);
    }
  }

  private static TrainException noNetwork(RunSpec<?> spec) {
    return new TrainException(
        "algo=%s has no network that could be exported".formatted(spec.algorithm().name()));
  }

  private void write(ExportedNetwork network) {
    if (target.onnx != null) {
      network.writeOnnx(target.onnx);
    } else {
      network.writeSafetensors(target.safetensors);
    }
  }

  private void print(String task, Checkpoint checkpoint, Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("path", target.file().toString());
    json.put("format", target.onnx != null ? "onnx" : "safetensors");
    json.put("task", task);
    json.put("checkpoint", file.toString());
    json.put("env_steps", checkpoint.info().envSteps());
    common.print(
        json,
        "%s: %s after %d env steps%n".formatted(target.file(), task, checkpoint.info().envSteps()));
  }
}
