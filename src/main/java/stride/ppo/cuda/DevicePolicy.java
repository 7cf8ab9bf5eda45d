package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import stride.collect.BatchPolicy;
import stride.collect.RolloutConfig;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.Event;
import stride.cuda.KernelArguments;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.cuda.Transfer;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.parallel.Partition;
import stride.random.Purpose;

/**
 * The policy on the device, for either half of the environments:
 *
 * <pre>
 *   observations of the step    one copy       networks, sampling      one copy      reply
 *   (the rollout's own slab)   ---------->    x [rows, D'] -> reply   ---------->   (page-locked)
 * </pre>
 *
 * <p>The random words are those that the policy on the host draws. Observations are normalised on
 * the host, which needs them so in any case.
 */
final class DevicePolicy implements BatchPolicy, HostMemory {
  private static final int WORDS = 10; // of struct PolicyFrame of sampling.cuh

  /** Of that struct. */
  static final long FRAME_BYTES = 8L * WORDS;

  private static final int STEP = 3; // place in the arguments
  private static final int PARTS = 2;

  private final Stream stream;
  private final RolloutSlabs slabs;
  private final int numEnvs;
  private final int numSteps;
  private final int actionElements;
  private final Transfer parameters;
  private final PolicyLaunches launches;
  private final List<Part> parts = new ArrayList<>();

  /** Half of the environments: where they are, and what comes back for them. */
  private final class Part implements HostMemory {
    final int from;
    final int rows;
    final LaunchShape shape;
    final SlabBlock block;
    final Slab actions; // [rows, A] floats, or [rows] ints
    final FloatSlab logProbs; // [rows]
    final FloatSlab values; // [rows]
    final DeviceCopy reply;
    final Event done;
    final List<Transfer> uploads = new ArrayList<>(); // of each step
    KernelArguments sampling;
    KernelArguments valuesOnly;

    Part(Device device, int from, int rows, DeviceArray x, int stride) {
      this.from = from;
      this.rows = rows;
      this.shape = launches.shape(rows);
      this.block =
          new SlabPlan()
              .add(
                  "actions",
                  slabs.discrete() ? ElementType.INT : ElementType.FLOAT,
                  rows,
                  actionElements)
              .add("log_probs", ElementType.FLOAT, rows)
              .add("values", ElementType.FLOAT, rows)
              .allocate(SlabAllocator.PAGES);
      this.actions = slabs.discrete() ? block.ints("actions") : block.floats("actions");
      this.logProbs = block.floats("log_probs");
      this.values = block.floats("values");
      DeviceCopy copy = null;
      try {
        copy = new DeviceCopy(device, block);
        this.reply = copy;
        this.done = new Event(device);
        DeviceArray target = x.part(0, (long) rows * stride);
        for (int t = 0; t <= numSteps; t++) {
          long at = ((long) t * numEnvs + from) * stride;
          MemorySegment source =
              slabs.observations().segment().asSlice(at * Float.BYTES, target.sizeBytes());
          uploads.add(target.transferFrom(source));
        }
      } catch (RuntimeException e) {
        if (copy != null) {
          copy.close();
        }
        block.close();
        throw e;
      }
    }

    KernelArguments arguments(
        Arena arena, DeviceArray x, long parameters, long seed, boolean acts) {
      MemorySegment frame = arena.allocate(JAVA_LONG, WORDS);
      long[] pointers = {
        /* raw */ x.address(),
        /* observations */ x.address(), // normalised on the host
        /* mean */ 0,
        /* inverse_std */ 0,
        /* sums */ 0,
        /* parameters */ parameters,
        /* actions */ acts ? reply.address(actions) : 0,
        /* log_probs */ reply.address(logProbs),
        /* values */ reply.address(values),
        /* seed */ seed
      };
      MemorySegment.copy(pointers, 0, frame, JAVA_LONG, 0, WORDS);
      KernelArguments.Builder builder =
          KernelArguments.in(arena)
              .struct(frame)
              .integer(from)
              .integer(rows)
              .longInteger(0)
              .integer(Purpose.ACTION.code());
      return launches.complete(builder).build();
    }

    @Override
    public void close() {
      reply.close();
      block.close();
    }
  }

  /**
   * A policy for the rollouts into some slabs.
   *
   * @param device the owner of the stream
   * @param arena of arguments
   * @param stream all work goes there
   * @param slabs of the rollout, page-locked
   * @param config of the rollout
   * @param buffers holds the parameters
   * @param launches what is launched
   * @param x [largest part, D'], where the kernels find their observations
   */
  DevicePolicy(
      Device device,
      Arena arena,
      Stream stream,
      RolloutSlabs slabs,
      RolloutConfig config,
      UpdateBuffers buffers,
      PolicyLaunches launches,
      DeviceArray x) {
    this.stream = stream;
    this.slabs = slabs;
    this.numEnvs = config.numEnvs();
    this.numSteps = config.numSteps();
    this.launches = launches;
    Slab actions = slabs.discrete() ? slabs.discreteActions() : slabs.actions();
    this.actionElements =
        Math.toIntExact(actions.shape().elements() / slabs.logProbs().shape().elements());
    DeviceArray onDevice = buffers.parametersOnDevice();
    this.parameters = onDevice.transferFrom(buffers.parameters().segment());
    int stride = Math.toIntExact(slabs.observations().shape().dim(2));
    try {
      for (int k = 0; k < PARTS; k++) {
        int from = Partition.start(numEnvs, k, PARTS);
        int to = Partition.start(numEnvs, k + 1, PARTS);
        Part part = new Part(device, from, to - from, x, stride);
        parts.add(part);
        part.sampling = part.arguments(arena, x, onDevice.address(), config.seed(), true);
        part.valuesOnly = part.arguments(arena, x, onDevice.address(), config.seed(), false);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Rows of the larger part. */
  static int largest(int numEnvs) {
    return Math.ceilDiv(numEnvs, PARTS);
  }

  @Override
  public void begin() {
    parameters.start(stream);
  }

  @Override
  public void start(int number, int t, long step) {
    final Part part = parts.get(number);
    part.uploads.get(t).start(stream);
    KernelArguments arguments = t < numSteps ? part.sampling : part.valuesOnly;
    arguments.setLongInteger(STEP, step);
    launches.launch(arguments, part.shape);
    part.reply.download(stream);
    part.done.record(stream);
  }

  @Override
  public void finish(int number, int t) {
    final Part part = parts.get(number);
    part.done.synchronize();
    final long row = (long) t * numEnvs + part.from;
    copy(part.values, slabs.values(), row, 1);
    if (t < numSteps) {
      copy(part.logProbs, slabs.logProbs(), row, 1);
      Slab actions = slabs.discrete() ? slabs.discreteActions() : slabs.actions();
      copy(part.actions, actions, row, actionElements);
    }
  }

  /** Both have elements of four bytes. */
  private static void copy(Slab part, Slab all, long row, int width) {
    MemorySegment.copy(
        part.segment(), 0, all.segment(), row * width * Float.BYTES, part.sizeBytes());
  }

  @Override
  public void close() {
    parts.forEach(Part::close);
  }
}
