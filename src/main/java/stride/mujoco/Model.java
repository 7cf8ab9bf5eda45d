package stride.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import stride.memory.Downcalls;

/**
 * A compiled MuJoCo model. Immutable; any thread may read it. The owner closes it, which is
 * idempotent; batches made from it have their own copy.
 */
public final class Model implements AutoCloseable {
  private final Arena arena;
  private final MemorySegment handle;
  private final Path path;
  private final int nq;
  private final int nv;
  private final int nu;
  private final int njnt;
  private final int stateSize;
  private final double timestep;

  private Model(Path path, Arena arena, MemorySegment handle) {
    this.path = path;
    this.arena = arena;
    this.handle = handle;
    this.nq = size(MujocoNative.stride_model_nq);
    this.nv = size(MujocoNative.stride_model_nv);
    this.nu = size(MujocoNative.stride_model_nu);
    this.njnt = size(MujocoNative.stride_model_njnt);
    this.stateSize = size(MujocoNative.stride_model_state_size);
    this.timestep = readTimestep();
  }

  /**
   * Compiles an MJCF file. The caller closes the model.
   *
   * @throws MujocoException if the file is missing, MuJoCo refuses it, with its reason, it declares
   *     arrays of more than some 67 million numbers, or the waiting is interrupted
   */
  @SuppressWarnings("restricted")
  public static Model load(Path mjcf) {
    MujocoNative.require();
    if (!Files.isRegularFile(mjcf)) {
      throw new MujocoException("no model file " + mjcf);
    }
    HeightFields.check(mjcf);
    Arena arena = Arena.ofShared();
    try {
      return new Model(mjcf, arena, Compilation.of(mjcf).reinterpret(arena, Compilation::delete));
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * All files that a model is read from, the XML file first and those that it includes among them.
   * Files that do not exist are left out. A file may be listed that MuJoCo does not read.
   *
   * @param mjcf path of the XML file
   * @throws IOException if one cannot be read
   */
  public static Collection<Path> files(Path mjcf) throws IOException {
    return ModelFiles.of(mjcf);
  }

  private int size(MethodHandle getter) {
    try {
      return (int) getter.invokeExact(handle);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  private double readTimestep() {
    try {
      return (double) MujocoNative.stride_model_timestep.invokeExact(handle);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  MemorySegment handle() {
    return handle;
  }

  /** The MJCF file that the model was compiled from. */
  public Path path() {
    return path;
  }

  public int nq() {
    return nq;
  }

  public int nv() {
    return nv;
  }

  public int nu() {
    return nu;
  }

  /** Doubles of a state row, the whole state of a simulation. */
  public int stateSize() {
    return stateSize;
  }

  /** Seconds of a physics step. */
  public double timestep() {
    return timestep;
  }

  /**
   * The name of a joint, empty if it has none. Joints have their coordinates in the order of their
   * indices.
   */
  public String joint(int joint) {
    if (joint < 0 || joint >= njnt) {
      throw new IndexOutOfBoundsException("joint=" + joint + ", njnt=" + njnt);
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment name = scratch.allocate(Mujoco.TEXT_BYTES);
      try {
        MujocoNative.stride_model_joint.invokeExact(handle, joint, name, Mujoco.TEXT_BYTES);
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
      return name.getString(0);
    }
  }

  /** Low and high of an actuator's control; infinite where it has no limit. */
  public double[] controlRange(int actuator) {
    if (actuator < 0 || actuator >= nu) {
      throw new IndexOutOfBoundsException("actuator=" + actuator + ", nu=" + nu);
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment range = scratch.allocate(JAVA_DOUBLE, 2);
      try {
        MujocoNative.stride_model_ctrlrange.invokeExact(handle, actuator, range);
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
      return range.toArray(JAVA_DOUBLE);
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return "Model[" + path.getFileName() + ", nq=" + nq + ", nv=" + nv + ", nu=" + nu + "]";
  }
}
