package stride.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.options.Require;
import stride.train.ChangeRequest;

/** Changes values of a run while it is at work. */
@Command(
    name = "set",
    description = {
      "Changes values of a run that another process is training, or makes it save a checkpoint.",
      "The run takes them between two iterations and keeps a record in its changes.jsonl; what they"
          + " became is part of its checkpoints. A name that the run does not have is answered with"
          + " those that it has."
    },
    footer = {
      "",
      "Example: stride set runs/CartPole-v1__dqn__1__1750000000 epsilon=0.05",
      "         stride set runs/CartPole-v1__dqn__1__1750000000 save=now"
    })
final class SetCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final double LONGEST_WAIT = 3600;
  private static final String WAIT = "in (0, 3600]";

  @Mixin CommonOptions common;

  @Parameters(index = "0", paramLabel = "RUN", description = "folder of a run at work")
  Path run;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "NAME=VALUE",
      description = "a value and what it becomes, or save=now for a checkpoint")
  List<String> settings;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "how long to wait for the end of an iteration: s, "
              + WAIT
              + " (default: ${DEFAULT-VALUE})")
  double wait;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Require.require("--wait", wait, wait > 0 && wait <= LONGEST_WAIT, WAIT);
    ChangeRequest.requireAtWork(run);
    ChangeRequest request = ChangeRequest.of(run, settings);
    long iteration = request.send(run, wait);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run", run.toString());
    json.put("iterations", iteration);
    json.put("saved", request.save());
    json.put("values", request.values());
    var text = new StringBuilder();
    if (request.save()) {
      text.append("saved after iteration %d%n".formatted(iteration));
    }
    request
        .values()
        .forEach(
            (name, value) ->
                text.append("%s=%s from iteration %d on%n".formatted(name, value, iteration + 1)));
    common.print(json, text.toString());
    return 0;
  }
}
