package stride.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import stride.memory.ElementType;

/** A device with the kernels of the tests, a stream, and two arrays of floats. */
final class Testing implements AutoCloseable {
  static final int LENGTH = 1000;
  private static final int THREADS = 128;

  /** One block of threads for each part of the arrays. */
  static final LaunchShape WHOLE = LaunchShape.of(Math.ceilDiv(LENGTH, THREADS), THREADS);

  final Device device = Device.open();
  final Stream stream = new Stream(device);
  final KernelModule kernels = new KernelModule(device, compile(device.architecture()));
  final DeviceMemory memory =
      new DevicePlan()
          .add("x", ElementType.FLOAT, LENGTH)
          .add("y", ElementType.FLOAT, LENGTH)
          .allocate(device);
  final DeviceArray x = memory.array("x");
  final DeviceArray y = memory.array("y");
  final Arena arena = Arena.ofShared();

  static KernelSource source(double offset) {
    return KernelSource.ofResources(
        "/stride/cuda",
        "testing.cu",
        Map.of("generated.cuh", "#pragma once\n#define OFFSET " + offset + "f\n"));
  }

  static CompiledKernels compile(String architecture) {
    return KernelCompiler.open().compile(source(0.5), architecture);
  }

  static Path cacheFolder() {
    return Path.of(System.getProperty("stride.cuda.cache"));
  }

  /** y = factor x + 0.5. */
  KernelArguments scaleBy(float factor) {
    return KernelArguments.in(arena).pointer(y).pointer(x).real(factor).integer(LENGTH).build();
  }

  MemorySegment floats(int length) {
    return arena.allocate(ValueLayout.JAVA_FLOAT, length);
  }

  MemorySegment pinned(int length) {
    long bytes = 4L * length;
    return new PinnedMemory(device)
        .allocate(arena, Math.ceilDiv(bytes, 4096) * 4096)
        .asSlice(0, bytes);
  }

  /** Puts 0, 1, 2, ... into an array. */
  void count(DeviceArray array) {
    MemorySegment host = floats(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
    }
    array.upload(host, stream);
  }

  float[] read(DeviceArray array) {
    MemorySegment host = floats((int) array.length());
    array.download(host, stream);
    return host.toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public void close() {
    device.close();
    arena.close();
  }
}
