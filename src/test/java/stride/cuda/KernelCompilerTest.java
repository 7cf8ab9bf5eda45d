package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KernelCompilerTest extends EmulatedTest {
  private static final String ARCHITECTURE = "sm_90a";

  @TempDir Path folder;

  private static KernelSource source(String body) {
    return new KernelSource(
        "small.cu",
        "#include \"names.cuh\"\nextern \"C\" __global__ void NAME(int* out) { " + body + " }\n",
        new TreeMap<>(Map.of("names.cuh", "#define NAME answer\n")));
  }

  @Test
  void aSourceThatIsWrongShowsTheCompilersLog() throws IOException {
    KernelCompiler compiler = KernelCompiler.open(folder);
    assertThatThrownBy(() -> compiler.compile(source("*out = oops;"), ARCHITECTURE))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("nvrtcCompileProgram: NVRTC_ERROR_COMPILATION: small.cu with ")
        .hasMessageContaining("--gpu-architecture=sm_90a")
        .hasMessageContaining("small.cu:2")
        .hasMessageContaining("oops");
    assertThat(files()).isEmpty();
  }

  @Test
  void aHeaderThatIsMissingIsNamed() {
    KernelCompiler compiler = KernelCompiler.open(folder);
    KernelSource source = new KernelSource("lone.cu", "#include \"absent.cuh\"\n", new TreeMap<>());
    assertThatThrownBy(() -> compiler.compile(source, ARCHITECTURE))
        .isInstanceOf(CudaException.class)
        .hasMessageContaining("absent.cuh");
  }

  @Test
  void aResourceThatIsMissingIsNamed() {
    assertThatThrownBy(() -> KernelSource.ofResources("/stride/cuda", "absent.cu", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no /stride/cuda/absent.cu on the class path");
  }

  @Test
  void definitionsReachTheCompiler() {
    KernelCompiler compiler = KernelCompiler.open(folder);
    KernelSource source = source("*out = ANSWER;");
    assertThatThrownBy(() -> compiler.compile(source, ARCHITECTURE))
        .isInstanceOf(CudaException.class);
    assertThat(compiler.compile(source, ARCHITECTURE, "-DANSWER=42").cached()).isFalse();
  }

  @Test
  void theSecondTimeKernelsComeFromTheDisk() throws IOException {
    KernelCompiler compiler = KernelCompiler.open(folder.resolve("not/there/yet"));
    CompiledKernels first = compiler.compile(source("*out = 1;"), ARCHITECTURE);
    CompiledKernels second = compiler.compile(source("*out = 1;"), ARCHITECTURE);
    assertThat(first.cached()).isFalse();
    assertThat(second.cached()).isTrue();
    assertThat(second.image()).isEqualTo(first.image());
    assertThat(second.log()).isEqualTo(first.log());
    assertThat(files()).hasSize(1); // and no .part beside it
  }

  @Test
  void whatTheImageDependsOnIsInItsName() {
    KernelCompiler compiler = KernelCompiler.open(folder);
    KernelSource source = source("*out = 1;");
    KernelSource otherHeader =
        new KernelSource(
            source.name(),
            source.text(),
            new TreeMap<>(Map.of("names.cuh", "#define NAME question\n")));
    List<CompiledKernels> all =
        List.of(
            compiler.compile(source, ARCHITECTURE),
            compiler.compile(source("*out = 2;"), ARCHITECTURE),
            compiler.compile(otherHeader, ARCHITECTURE),
            compiler.compile(source, "sm_80"),
            compiler.compile(source, ARCHITECTURE, "-DX=1"));
    assertThat(all).noneMatch(CompiledKernels::cached);
  }

  /** Cut short, changed in the middle, emptied, or not ours at all. */
  @ParameterizedTest
  @ValueSource(strings = {"short", "changed", "empty", "foreign"})
  void whatIsDamagedIsCompiledAgain(String damage) throws IOException {
    KernelCompiler compiler = KernelCompiler.open(folder);
    KernelSource source = source("*out = 1;");
    byte[] image = compiler.compile(source, ARCHITECTURE).image();
    Path file = compiler.cacheFile(source, ARCHITECTURE);
    byte[] bytes = Files.readAllBytes(file);
    switch (damage) {
      case "short" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      case "changed" -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
      case "empty" -> Files.write(file, new byte[0]);
      default -> Files.writeString(file, "something else that is long enough, as it must be here");
    }
    CompiledKernels again = compiler.compile(source, ARCHITECTURE);
    assertThat(again.cached()).isFalse();
    assertThat(again.image()).hasSameSizeAs(image);
    assertThat(compiler.compile(source, ARCHITECTURE).cached()).as("mended").isTrue();
  }

  @Test
  void aFolderThatCannotBeWrittenKeepsNobodyFromCompiling() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    KernelCompiler compiler = KernelCompiler.open(file.resolve("cache"));
    assertThat(compiler.compile(source("*out = 1;"), ARCHITECTURE).cached()).isFalse();
    assertThat(compiler.compile(source("*out = 1;"), ARCHITECTURE).cached()).isFalse();
  }

  @Test
  void theCacheLiesWhereTheUserWantsIt() {
    String named = System.clearProperty("stride.cuda.cache");
    try {
      assertThat(
              KernelCache.defaultFolder(Map.of("STRIDE_CUDA_CACHE", "/c", "XDG_CACHE_HOME", "/x")))
          .isEqualTo(Path.of("/c"));
      assertThat(KernelCache.defaultFolder(Map.of("XDG_CACHE_HOME", "/x")))
          .isEqualTo(Path.of("/x/stride/cuda"));
      assertThat(KernelCache.defaultFolder(Map.of()))
          .isEqualTo(Path.of(System.getProperty("user.home"), ".cache/stride/cuda"));
    } finally {
      System.setProperty("stride.cuda.cache", named);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
