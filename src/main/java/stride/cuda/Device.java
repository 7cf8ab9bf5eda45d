package stride.cuda;

import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE;
import static jcuda.driver.CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicBoolean;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * The first GPU, with its primary context, which cuBLAS shares, and other devices opened in this
 * process.
 *
 * <p>Owns all that is made on it: what is still open when it closes is closed then, the newest
 * first. Driven by one thread, at first the one that opened it; {@link #makeCurrent} hands it over.
 * Closing is idempotent, and is for that thread too. The context itself stays until the process
 * ends, since making it takes a third of a second.
 */
public final class Device implements AutoCloseable {
  private static final int NAME_BYTES = 256;
  private static final long HERTZ_OF_KHZ = 1000; // the driver counts in kHz

  private static final AtomicBoolean CONTEXT_KEPT = new AtomicBoolean();

  private final CUdevice handle = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final SequencedSet<AutoCloseable> parts = new LinkedHashSet<>(); // oldest first
  private final Limits limits;
  private volatile Thread owner;
  private int liveAllocations;
  private volatile boolean open;

  /**
   * What a device is and can.
   *
   * @param name as NVIDIA calls it
   * @param computeCapability such as 9.0
   * @param memoryBytes of its own memory
   * @param multiprocessors how many
   * @param sharedMemoryPerBlock most shared memory of a block, in bytes, for kernels that ask for
   *     it
   * @param cooperativeLaunch whether blocks may wait for one another
   * @param clusterLaunch whether blocks may form clusters, with a barrier of their own
   * @param clockHertz highest clock of the multiprocessors
   * @param memoryClockHertz highest clock of the memory
   * @param memoryBusBits width of the way to the memory
   */
  public record Limits(
      String name,
      String computeCapability,
      long memoryBytes,
      int multiprocessors,
      int sharedMemoryPerBlock,
      boolean cooperativeLaunch,
      boolean clusterLaunch,
      long clockHertz,
      long memoryClockHertz,
      int memoryBusBits) {

    // bytes of a block, by compute capability
    private static final SequencedMap<String, Integer> SHARED_MEMORY = new LinkedHashMap<>();

    static {
      SHARED_MEMORY.put("75", 64 << 10);
      SHARED_MEMORY.put("80", 163 << 10);
      SHARED_MEMORY.put("86", 99 << 10);
      SHARED_MEMORY.put("87", 163 << 10);
      SHARED_MEMORY.put("89", 99 << 10);
      SHARED_MEMORY.put("90", 227 << 10);
      SHARED_MEMORY.put("100", 227 << 10);
      SHARED_MEMORY.put("103", 227 << 10);
      SHARED_MEMORY.put("120", 99 << 10);
    }

    /**
     * What is known of all devices of an architecture, such as {@code sm_90a}, and matters to what
     * is compiled for them; the other numbers are 0.
     *
     * @throws IllegalArgumentException if it is not known
     */
    public static Limits ofArchitecture(String architecture) {
      String digits = architecture.replaceAll("^sm_|[af]$", "");
      Integer shared = SHARED_MEMORY.get(digits);
      if (!architecture.startsWith("sm_") || shared == null) {
        throw new IllegalArgumentException(
            "architecture=%s, required: one of sm_%s"
                .formatted(architecture, String.join(", sm_", SHARED_MEMORY.keySet())));
      }
      int split = digits.length() - 1;
      String capability = digits.substring(0, split) + "." + digits.substring(split);
      boolean clusters = Integer.parseInt(digits) >= 90;
      return new Limits(architecture, capability, 0, 0, shared, true, clusters, 0, 0, 0);
    }

    /**
     * What kernels are compiled for, such as {@code sm_90a}: the device's own instructions, on 9.0
     * with those of that generation alone.
     */
    public String architecture() {
      String architecture = "sm_" + computeCapability.replace(".", "");
      return architecture.equals("sm_90") ? "sm_90a" : architecture;
    }

    /**
     * The most floating-point operations per second on plain floats: a multiplication and an
     * addition in every lane and cycle.
     */
    public double flopPerSecond() {
      // half as many in the generations made for doubles
      boolean half =
          computeCapability.equals("6.0")
              || computeCapability.startsWith("7.")
              || computeCapability.equals("8.0");
      int lanes = half ? 64 : 128;
      return 2.0 * lanes * multiprocessors * clockHertz;
    }

    /** The most bytes per second to and from the device's memory: two transfers in every cycle. */
    public double memoryBytesPerSecond() {
      return 2.0 * memoryClockHertz * memoryBusBits / Byte.SIZE;
    }
  }

  private Device() {
    Cuda.check(JCudaDriver.cuInit(0), "cuInit");
    Cuda.check(JCudaDriver.cuDeviceGet(handle, 0), "cuDeviceGet");
    this.limits = describe(handle);
    Cuda.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain");
    this.open = true;
    try {
      keepContext();
      makeCurrent();
    } catch (CudaException e) {
      JCudaDriver.cuDevicePrimaryCtxRelease(handle);
      throw e;
    }
  }

  /** Takes the context once more for the process, the first time. */
  private void keepContext() {
    if (CONTEXT_KEPT.compareAndSet(false, true)) {
      Cuda.check(
          JCudaDriver.cuDevicePrimaryCtxRetain(new CUcontext(), handle),
          "cuDevicePrimaryCtxRetain");
    }
  }

  /**
   * Takes the first GPU, which becomes current in this thread.
   *
   * @throws stride.nn.BackendUnavailableException with the reason if CUDA cannot be used here
   * @throws CudaException if the device cannot be taken
   */
  public static Device open() {
    CudaLibraries.require();
    return new Device();
  }

  /**
   * The limits of the first GPU, without taking it.
   *
   * @throws stride.nn.BackendUnavailableException if CUDA cannot be used here
   */
  public static Limits describe() {
    CudaLibraries.require();
    CUdevice device = new CUdevice();
    Cuda.check(JCudaDriver.cuInit(0), "cuInit");
    Cuda.check(JCudaDriver.cuDeviceGet(device, 0), "cuDeviceGet");
    return describe(device);
  }

  private static Limits describe(CUdevice device) {
    byte[] name = new byte[NAME_BYTES];
    Cuda.check(JCudaDriver.cuDeviceGetName(name, NAME_BYTES, device), "cuDeviceGetName");
    long[] bytes = {0};
    Cuda.check(JCudaDriver.cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem");
    return new Limits(
        new String(name, StandardCharsets.UTF_8).split("\0", 2)[0].strip(),
        attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + "."
            + attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR),
        bytes[0],
        attribute(device, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        attribute(device, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        attribute(device, CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH) != 0,
        attribute(device, CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH) != 0,
        HERTZ_OF_KHZ * attribute(device, CU_DEVICE_ATTRIBUTE_CLOCK_RATE),
        HERTZ_OF_KHZ * attribute(device, CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE),
        attribute(device, CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH));
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = {0};
    Cuda.check(JCudaDriver.cuDeviceGetAttribute(value, attribute, device), "cuDeviceGetAttribute");
    return value[0];
  }

  public Limits limits() {
    return limits;
  }

  public String architecture() {
    return limits.architecture();
  }

  /** Memory that nobody has allocated. */
  public long freeBytes() {
    checkUsable();
    long[] free = {0};
    Cuda.check(JCudaDriver.cuMemGetInfo(free, new long[] {0}), "cuMemGetInfo");
    return free[0];
  }

  /**
   * Allocations of device memory and page-locked ranges that are alive; 0 when nothing has leaked.
   */
  public int liveAllocations() {
    synchronized (parts) {
      return liveAllocations;
    }
  }

  /** Hands the device to this thread: from now on only this one may use it. */
  public void makeCurrent() {
    if (!open) {
      throw new IllegalStateException("the device is closed");
    }
    Cuda.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    this.owner = Thread.currentThread();
  }

  /** Waits until all work on the device is done. */
  public void synchronize() {
    checkUsable();
    Cuda.check(JCudaDriver.cuCtxSynchronize(), "cuCtxSynchronize");
  }

  /** Throws if the device is closed or another thread's. */
  void checkUsable() {
    if (!open) {
      throw new IllegalStateException("the device is closed");
    }
    if (!Thread.currentThread().equals(owner)) {
      throw new WrongThreadException("the device is driven by " + owner);
    }
  }

  /** Makes the context current in a thread that only frees what was page-locked. */
  void enterToFree() {
    if (!Thread.currentThread().equals(owner)) {
      Cuda.checkClosing(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }
  }

  void adopt(AutoCloseable part) {
    synchronized (parts) {
      parts.add(part);
    }
  }

  /** Takes back a part that its owner closes in the right thread; false if it is closed already. */
  boolean release(AutoCloseable part) {
    synchronized (parts) {
      if (!parts.contains(part)) {
        return false;
      }
    }
    checkUsable();
    return forget(part);
  }

  /** Whether the part was still open; of two threads that close it, only one gets true. */
  boolean forget(AutoCloseable part) {
    synchronized (parts) {
      return parts.remove(part);
    }
  }

  void countAllocations(int change) {
    synchronized (parts) {
      liveAllocations += change;
    }
  }

  /** Host memory that is locked. */
  interface Pinned {
    boolean contains(long address, long bytes);
  }

  boolean isPinned(MemorySegment host) {
    synchronized (parts) {
      return parts.stream()
          .anyMatch(
              part ->
                  part instanceof Pinned range && range.contains(host.address(), host.byteSize()));
    }
  }

  /**
   * Gives the device up while work on it may never end. Nothing is waited for or freed, which could
   * block forever. The device is lost to this process.
   */
  void abandon() {
    synchronized (parts) {
      parts.clear();
    }
    open = false;
  }

  private AutoCloseable newest() {
    synchronized (parts) {
      return parts.isEmpty() ? null : parts.getLast();
    }
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    checkUsable();
    RuntimeException first = null;
    for (AutoCloseable part = newest(); part != null; part = newest()) {
      try {
        part.close();
      } catch (RuntimeException e) {
        first = keep(first, e);
      } catch (Exception e) {
        throw new IllegalStateException("parts of a device throw no checked exceptions", e);
      } finally {
        forget(part);
      }
    }
    open = false;
    try {
      Cuda.checkClosing(JCudaDriver.cuDevicePrimaryCtxRelease(handle), "cuDevicePrimaryCtxRelease");
    } catch (CudaException e) {
      first = keep(first, e);
    }
    if (first != null) {
      throw first;
    }
  }

  private static RuntimeException keep(RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}
