package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ElementType;
import stride.nn.Precision;

/** What the search comes to, in JVMs of their own: each has it done once. */
public final class LibrariesTest {
  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private String driver = FakeDriver.library().toString();
  private String classPath = System.getProperty("java.class.path");

  @BeforeEach
  void built() {
    FakeDriver.assumeBuilt();
    environment.put("STRIDE_CUDA_LIB", FakeDriver.folder().toString());
  }

  /** Looks for CUDA as {@code stride info} does; one line, from a JVM that ended well. */
  private String line() throws IOException, InterruptedException {
    Path temporary = Files.createDirectories(folder.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-D" + CudaLibraries.DRIVER_PROPERTY + "=" + driver);
    command.add("-Dstride.home=" + folder); // without fetched libraries
    command.addAll(List.of("-cp", classPath, LibrariesTest.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.matches("CUDA.*|LD_.*|STRIDE_.*|JAVA_TOOL.*"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).hasLineCount(1).endsWith("\n");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left)
          .as("what JCuda unpacked")
          .noneMatch(path -> path.getFileName().toString().contains("uda"));
    }
    return output.strip();
  }

  /** Prints what {@code stride info} would, and uses what it found. */
  public static void main(String[] args) {
    var facts = CudaInfo.facts();
    System.out.println(CudaInfo.line(facts));
    if (facts.get("available").equals(true)) {
      try (Device device = Device.open();
          stride.cuda.Stream stream = new stride.cuda.Stream(device);
          Blas blas = new Blas(stream, Precision.FP32)) {
        DeviceArray numbers =
            new DevicePlan().add("numbers", ElementType.FLOAT, 4).allocate(device).array("numbers");
        Blas.Matrix matrix = Blas.Matrix.of(numbers, 2);
        blas.multiply(1, 1, 1, 1, matrix, matrix, 0, matrix);
        stream.synchronize();
      }
    }
  }

  private void named(Path libraries) {
    environment.put("STRIDE_CUDA_LIB", libraries.toString());
  }

  @Test
  void findsDriverAndLibraries() throws IOException, InterruptedException {
    Path libraries = FakeDriver.folder();
    assertThat(line())
        .isEqualTo(
            "CUDA 12.99 on Stride emulation (compute capability 9.0, 4.0 GiB, 4 multiprocessors),"
                + " driver %s for CUDA 12.6, %s, %s",
            driver, libraries.resolve("libnvrtc.so.12"), libraries.resolve("libcublas.so.12"));
  }

  /** JCuda's native code asks for CUDA 12; here it is given the names of 13. */
  @Test
  void usesCuda13() throws IOException, InterruptedException {
    environment.put("CUDAEMU_DRIVER_VERSION", "13000");
    named(FakeDriver.folder().resolve("cuda13"));
    assertThat(line())
        .contains("for CUDA 13.0, ")
        .contains("cuda13/libnvrtc.so.13, ")
        .endsWith("cuda13/libcublas.so.13");
  }

  @Test
  void ofTwoVersionsItTakesTheOneThatTheDriverKnows() throws IOException, InterruptedException {
    named(Path.of(FakeDriver.folder().resolve("cuda13") + ":" + FakeDriver.folder()));
    assertThat(line()).endsWith("emulation/libcublas.so.12");
  }

  @Test
  void noDriver() throws IOException, InterruptedException {
    driver = "/nowhere/libcuda.so.1";
    assertThat(line())
        .isEqualTo(
            "unavailable: no NVIDIA driver: /nowhere/libcuda.so.1: cannot open shared object file:"
                + " No such file or directory");
  }

  @Test
  void aDriverThatIsDamaged() throws IOException, InterruptedException {
    driver = Files.writeString(folder.resolve("libcuda.so.1"), "no library").toString();
    assertThat(line()).startsWith("unavailable: no NVIDIA driver: " + driver + ": ");
  }

  private static Path cut(byte[] whole, Path to, int percent) throws IOException {
    return Files.write(to, Arrays.copyOf(whole, (int) ((long) whole.length * percent / 100)));
  }

  private static Path cut(Path library, Path folder, int percent) throws IOException {
    return cut(
        Files.readAllBytes(library),
        Files.createDirectories(folder).resolve(library.getFileName()),
        percent);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 90, 99})
  void aDriverThatIsCut(int percent) throws IOException, InterruptedException {
    driver = cut(FakeDriver.library(), folder.resolve("cut"), percent).toString();
    assertThat(line())
        .startsWith("unavailable: no NVIDIA driver: " + driver + ": cut short: bytes=");
  }

  @Test
  void aDriverThatIsCutAndFoundByItsName() throws IOException, InterruptedException {
    Path cut = cut(FakeDriver.library(), folder.resolve("cut"), 50);
    driver = "";
    environment.put("LD_LIBRARY_PATH", cut.getParent().toString());
    assertThat(line()).startsWith("unavailable: no NVIDIA driver: " + cut + ": cut short: bytes=");
  }

  @ParameterizedTest
  @CsvSource({
    "libnvrtc.so.12, 10",
    "libnvrtc.so.12, 90",
    "libcublas.so.12, 50",
    "libcublas.so.12, 99"
  })
  void aLibraryThatIsCut(String library, int percent) throws IOException, InterruptedException {
    Path libraries = folder.resolve("libraries");
    for (String name : List.of("libnvrtc.so.12", "libcublas.so.12")) {
      cut(FakeDriver.folder().resolve(name), libraries, name.equals(library) ? percent : 100);
    }
    named(libraries);
    assertThat(line())
        .startsWith("unavailable: " + libraries.resolve(library) + ": cut short: bytes=");
  }

  /** What NVRTC and cuBLAS open by themselves is opened, and looked at, before. */
  @ParameterizedTest
  @ValueSource(strings = {"libnvrtc-builtins.so.12.6", "libcublasLt.so.12"})
  void aLibraryBesideThemThatIsCut(String library) throws IOException, InterruptedException {
    Path libraries = folder.resolve("libraries");
    for (String name : List.of("libnvrtc.so.12", "libcublas.so.12")) {
      cut(FakeDriver.folder().resolve(name), libraries, 100);
    }
    byte[] whole = Files.readAllBytes(FakeDriver.folder().resolve("libcublas.so.12"));
    Path beside = cut(whole, libraries.resolve(library), 75);
    named(libraries);
    assertThat(line()).startsWith("unavailable: " + beside.toRealPath() + ": cut short: bytes=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cuda13"})
  void codeOfJcudaThatIsCut(String libraries) throws IOException, InterruptedException {
    environment.put("CUDAEMU_DRIVER_VERSION", "13000");
    named(FakeDriver.folder().resolve(libraries));
    String name = "libJNvrtc-12.6.0-linux-x86_64.so";
    try (InputStream packed = CudaLibraries.class.getResourceAsStream("/lib/" + name)) {
      Path lib = Files.createDirectories(folder.resolve("classes/lib"));
      cut(packed.readAllBytes(), lib.resolve(name), 50);
    }
    classPath = folder.resolve("classes") + ":" + classPath;
    assertThat(line())
        .matches(
            "unavailable: .*/stride-cuda-\\d+/"
                + name
                + ": cut short: bytes=\\d+, required: >= \\d+");
  }

  @Test
  void aDriverThatIsAnotherLibrary() throws IOException, InterruptedException {
    driver = FakeDriver.folder().resolve("libnvrtc.so.12").toString();
    assertThat(line())
        .isEqualTo("unavailable: " + driver + " is damaged or another library: it has no cuInit");
  }

  @ParameterizedTest
  @CsvSource({
    "CUDAEMU_DEVICES, 0, 'the NVIDIA driver is there, but finds no GPU'",
    "CUDAEMU_INIT_RESULT, 100, 'the NVIDIA driver is there, but cuInit failed with 100"
        + " (CUDA_ERROR_NO_DEVICE)'",
    "CUDAEMU_INIT_RESULT, 9999, 'the NVIDIA driver is there, but cuInit failed with 9999 (an error"
        + " it has no name for)'",
  })
  void noDevice(String variable, String value, String reason)
      throws IOException, InterruptedException {
    environment.put(variable, value);
    assertThat(line()).isEqualTo("unavailable: " + reason);
  }

  @Test
  void aDriverThatIsTooOld() throws IOException, InterruptedException {
    environment.put("CUDAEMU_DRIVER_VERSION", "11080");
    assertThat(line())
        .isEqualTo(
            "unavailable: the NVIDIA driver is too old: it knows CUDA 11.8, and %s is of CUDA 12",
            FakeDriver.folder().resolve("libnvrtc.so.12"));
  }

  @Test
  void aFolderWithoutLibraries() throws IOException, InterruptedException {
    named(Files.createDirectory(folder.resolve("empty")));
    assertThat(line())
        .isEqualTo(
            "unavailable: STRIDE_CUDA_LIB=%s/empty holds no libnvrtc and libcublas of CUDA 12 or 13",
            folder);
  }

  @Test
  void aFolderWithLibrariesOfAnotherVersion() throws IOException, InterruptedException {
    Path old = Files.createDirectory(folder.resolve("old"));
    Files.createFile(old.resolve("libnvrtc.so.11.2"));
    named(old);
    assertThat(line()).endsWith(" of CUDA 12 or 13; found only " + old + "/libnvrtc.so.11.2");
  }

  @Test
  void aLibraryThatIsDamaged() throws IOException, InterruptedException {
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("libnvrtc.so.12"), "no library");
    Files.copy(FakeDriver.folder().resolve("libcublas.so.12"), damaged.resolve("libcublas.so.12"));
    named(damaged);
    assertThat(line()).startsWith("unavailable: " + damaged + "/libnvrtc.so.12: ");
  }

  @Test
  void aLibraryThatIsAnother() throws IOException, InterruptedException {
    Path wrong = Files.createDirectory(folder.resolve("wrong"));
    Path cublas = FakeDriver.folder().resolve("libcublas.so.12");
    Files.copy(cublas, wrong.resolve("libcublas.so.12"));
    Files.copy(cublas, wrong.resolve("libnvrtc.so.12"));
    named(wrong);
    assertThat(line())
        .isEqualTo(
            "unavailable: %s/libnvrtc.so.12 is damaged or another library: it has no nvrtcVersion",
            wrong);
  }

  /** As in Python's packages: a folder for each library, below nvidia. */
  @Test
  void findsLibrariesInTheFoldersOfWheels() throws IOException, InterruptedException {
    environment.remove("STRIDE_CUDA_LIB");
    Path packages = folder.resolve("venv/lib/python3.12/site-packages/nvidia");
    for (String library : List.of("nvrtc", "cublas")) {
      Path lib = Files.createDirectories(packages.resolve(library + "/lib"));
      String name = "lib" + library + ".so.12";
      Files.copy(FakeDriver.folder().resolve(name), lib.resolve(name));
    }
    environment.put("VIRTUAL_ENV", folder.resolve("venv").toString());
    assertThat(line()).endsWith("nvidia/cublas/lib/libcublas.so.12");
  }

  @Test
  void findsWhatMakeCudaFetched() throws IOException, InterruptedException {
    environment.remove("STRIDE_CUDA_LIB");
    fetch("cuda", "", 12);
    assertThat(line()).contains("build/fetched/cuda/nvrtc/lib/libnvrtc.so.12, ");
  }

  /** What the tests compile by is not what runs use. */
  @Test
  void leavesWhatIsFetchedForTestsAlone() throws IOException, InterruptedException {
    environment.remove("STRIDE_CUDA_LIB");
    environment.put("CUDAEMU_DRIVER_VERSION", "13000");
    fetch("cuda13", "cuda13", 13);
    assertThat(line()).doesNotContain("build/fetched/cuda13");
    fetch("cuda", "", 12);
    assertThat(line()).contains("build/fetched/cuda/nvrtc/lib/libnvrtc.so.12, ");
  }

  private void fetch(String into, String doubles, int major) throws IOException {
    for (String library : List.of("nvrtc", "cublas")) {
      Path lib =
          Files.createDirectories(folder.resolve("build/fetched/" + into + "/" + library + "/lib"));
      String name = "lib" + library + ".so." + major;
      Files.copy(FakeDriver.folder().resolve(doubles).resolve(name), lib.resolve(name));
    }
  }
}
