package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import stride.home.Home;

/**
 * Classes of value methods, and of their tests, of which one is compiled from another source. What
 * they stand on is the tests' own.
 */
final class PlantedClasses extends ClassLoader {
  private static final List<String> OWN =
      List.of(
          "stride.play.",
          "stride.algo.",
          "stride.replay.",
          "stride.dqn.",
          "stride.qtable.",
          "stride.reinforce.",
          "stride.a2c.",
          "stride.sac.",
          "stride.ppo."); // algorithms too: all of them are found together

  private final Path compiled;

  /**
   * Compiles a source.
   *
   * @param name of its class, below stride, without suffix
   * @param text of it
   * @param folder an empty one
   */
  PlantedClasses(String name, String text, Path folder) {
    super(PlantedClasses.class.getClassLoader());
    this.compiled = folder;
    var said = new StringWriter();
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:none",
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            folder.toString());
    boolean done =
        ToolProvider.getSystemJavaCompiler()
            .getTask(said, null, null, options, null, List.of(new Source(name, text)))
            .call();
    assertThat(done).as(said.toString()).isTrue();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(
          URI.create("string:///stride/" + name + JavaFileObject.Kind.SOURCE.extension),
          JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** A source as it is. */
  static String source(String name) throws IOException {
    return Files.readString(Home.folder().resolve("src/main/java/stride/" + name + ".java"));
  }

  /**
   * Puts a text in the place of another, which must be there once; how it is laid out in lines is
   * all one.
   */
  static String replaceOnce(String text, String from, String to) {
    String words =
        String.join(
            "\\s+", Pattern.compile("\\s+").splitAsStream(from).map(Pattern::quote).toList());
    Matcher places = Pattern.compile(words).matcher(text);
    assertThat(places.results()).as(from).hasSize(1);
    return places.replaceFirst(Matcher.quoteReplacement(to));
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (OWN.stream().noneMatch(name::startsWith)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = bytes(name.replace('.', '/') + ".class");
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] bytes(String file) throws ClassNotFoundException {
    try {
      if (Files.exists(compiled.resolve(file))) {
        return Files.readAllBytes(compiled.resolve(file));
      }
      try (InputStream in = getParent().getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(file);
        }
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
