package stride.lab.bench;

import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import stride.ale.Ale;
import stride.learn.Backends;
import stride.nn.Backend;
import stride.results.AnchorKind;

/**
 * What a suite's annotations say of it. They are read from its class file, since the suites of
 * another revision cannot be loaded beside this one's.
 *
 * @param name simple name of its class
 * @param needsGpu whether it cannot run without a GPU
 * @param needsAle whether it cannot run without the emulator of Atari games
 * @param isInvestigation whether it asks what would be if Stride did something else
 * @param quick values of parameters in the quick run, by name
 * @param anchor that tells how fast the machine was for it
 */
public record Suite(
    String name,
    boolean needsGpu,
    boolean needsAle,
    boolean isInvestigation,
    Map<String, List<String>> quick,
    AnchorKind anchor) {

  /**
   * Reads a suite.
   *
   * @param name simple name of its class
   * @param classFile its compiled class
   */
  static Suite read(String name, byte[] classFile) {
    ClassModel suite = ClassFile.of().parse(classFile);
    boolean needsGpu = annotation(suite, NeedsGpu.class).isPresent();
    return new Suite(
        name,
        needsGpu,
        annotation(suite, NeedsAle.class).isPresent(),
        annotation(suite, Investigation.class).isPresent(),
        value(suite, Quick.class).map(Suite::parameters).orElse(Map.of()),
        needsGpu
            ? AnchorKind.NONE
            : value(suite, AnchoredBy.class).map(Suite::kind).orElse(AnchorKind.STEPS));
  }

  private static Optional<Annotation> annotation(ClassModel suite, Class<?> type) {
    ClassDesc described = type.describeConstable().orElseThrow();
    return suite
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .flatMap(
            all ->
                all.annotations().stream()
                    .filter(each -> each.classSymbol().equals(described))
                    .findFirst());
  }

  /** The one element of an annotation, which has no default. */
  private static Optional<AnnotationValue> value(ClassModel suite, Class<?> type) {
    return annotation(suite, type)
        .map(Annotation::elements)
        .map(List::getFirst)
        .map(AnnotationElement::value);
  }

  private static AnchorKind kind(AnnotationValue value) {
    return AnchorKind.valueOf(((AnnotationValue.OfEnum) value).constantName().stringValue());
  }

  private static Map<String, List<String>> parameters(AnnotationValue value) {
    return ((AnnotationValue.OfArray) value)
        .values().stream()
            .map(each -> ((AnnotationValue.OfString) each).stringValue().split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> values(pair[1])));
  }

  private static List<String> values(String text) {
    String cores = Integer.toString(Runtime.getRuntime().availableProcessors());
    return Arrays.stream(text.split(",", -1))
        .map(value -> value.equals(Quick.ALL_CORES) ? cores : value)
        .toList();
  }

  /**
   * Throws unless it can run here, as far as that is known beforehand.
   *
   * @throws stride.nn.BackendUnavailableException if there is no GPU for it
   * @throws stride.ale.AleException if there is no emulator for it
   */
  public void requireHere() {
    if (needsGpu) {
      Backends.kernels(Backend.CUDA);
    }
    if (needsAle) {
      var _ = Ale.version();
    }
  }

  /**
   * Which anchor tells how fast the machine was for one of its benchmarks.
   *
   * @param params by which it was run: one on a GPU has no anchor
   */
  AnchorKind anchor(Map<String, String> params) {
    return params.containsValue(Backend.CUDA.toString()) ? AnchorKind.NONE : anchor;
  }
}
