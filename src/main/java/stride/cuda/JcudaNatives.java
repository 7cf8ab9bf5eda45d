package stride.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stride.elf.ElfNames;

/**
 * JCuda's own native code, unpacked and loaded.
 *
 * <p>JCuda unpacks it into the folder for temporary files under a fixed name, and takes a file that
 * is there already, whoever wrote it. Here it finds a folder of this process alone, filled in
 * advance; once the code is loaded the files are deleted.
 *
 * <p>It was built for CUDA 12, and asks for libnvrtc.so.12 and libcublas.so.12. Those of CUDA 13
 * have all it calls, so for them these names are changed in the unpacked files.
 */
final class JcudaNatives {
  private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

  /** JCuda's version, as pom.xml has it. */
  private static final String SUFFIX = "-12.6.0-linux-x86_64.so";

  private record Part(String library, String className) {}

  private static final Part DRIVER = new Part("JCudaDriver", "jcuda.driver.JCudaDriver");
  private static final Part COMPILER = new Part("JNvrtc", "jcuda.nvrtc.JNvrtc");
  private static final Part BLAS = new Part("JCublas2", "jcuda.jcublas.JCublas2");

  private JcudaNatives() {}

  /**
   * Makes JCuda's classes usable with CUDA's libraries of a major version, which are loaded
   * already.
   *
   * @throws CudaUnavailableException if the code cannot be unpacked or loaded
   */
  static void load(int major) {
    load(List.of(DRIVER, COMPILER, BLAS), major);
  }

  /** As {@link #load}, but of NVRTC alone, which needs no driver. */
  static void loadCompiler(int major) {
    load(List.of(COMPILER), major);
  }

  private static void load(List<Part> parts, int major) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("stride-cuda-"); // readable by this user only
      for (Part part : parts) {
        unpack(part, folder.resolve(fileName(part)), major);
      }
      initialize(parts, folder);
    } catch (IOException | ReflectiveOperationException | LinkageError e) {
      throw new CudaUnavailableException("cannot load JCuda's native code: " + e);
    } finally {
      delete(parts, folder);
    }
  }

  private static String fileName(Part part) {
    return "lib" + part.library() + SUFFIX;
  }

  private static void unpack(Part part, Path file, int major) throws IOException {
    byte[] image;
    try (InputStream packed = JcudaNatives.class.getResourceAsStream("/lib/" + fileName(part))) {
      if (packed == null) {
        throw new CudaUnavailableException(
            "no " + fileName(part) + " on the class path: run `make build`");
      }
      image = packed.readAllBytes();
    }
    Files.write(file, image);
    NativeLibrary.checkWhole(file);
    if (major != 12) {
      for (String library : List.of("libnvrtc.so.", "libcublas.so.")) {
        ElfNames.rename(image, library + 12, library + major);
      }
      Files.write(file, image);
    }
  }

  /** JCuda reads the property when its classes are initialised, which loads their native code. */
  private static void initialize(List<Part> parts, Path folder)
      throws ReflectiveOperationException {
    String before = System.setProperty(TEMPORARY_FOLDER, folder.toString());
    try {
      for (Part part : parts) {
        Class.forName(part.className());
      }
    } finally {
      System.setProperty(TEMPORARY_FOLDER, before);
    }
  }

  private static void delete(List<Part> parts, Path folder) {
    if (folder == null) {
      return;
    }
    try {
      for (Part part : parts) {
        Files.deleteIfExists(folder.resolve(fileName(part)));
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      // the files stay in the temporary folder, where nothing reads them
    }
  }
}
