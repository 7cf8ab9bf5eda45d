package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A headless Chromium with one tab, driven by its DevTools protocol over the JDK's own web socket.
 * Commands come from one thread; closing ends the browser's processes.
 */
final class Chromium implements AutoCloseable {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final String LISTENING = "DevTools listening on ";
  private static final int TIMEOUT_SECONDS = 600; // a net against hanging
  private static final int SECONDS_TO_END = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();
  private String session; // null before the tab is there
  private int lastId;

  private Chromium(Process process, URI address) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(address, new Messages()).join();
  }

  /** Where it is, if it is installed. */
  static Optional<Path> find() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it with a profile of its own. */
  static Chromium start(Path program, Path profile) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--headless"));
    command.addAll(
        List.of("--remote-debugging-port=0", "--user-data-dir=" + profile, "--disable-gpu"));
    command.addAll(List.of("--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars"));
    command.add("--no-sandbox"); // containers and root have none; the page is our own
    command.add("about:blank");
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      var chromium = new Chromium(process, address(process));
      chromium.openTab();
      return chromium;
    } catch (RuntimeException | Error e) {
      end(process);
      throw e;
    }
  }

  /** It says where it listens on stderr, which is read to its end lest the browser block. */
  private static URI address(Process process) {
    var address = new CompletableFuture<URI>();
    Thread.ofVirtual()
        .start(
            () -> {
              var said = new StringBuilder();
              try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
                for (String line = err.readLine(); line != null; line = err.readLine()) {
                  said.append(line).append('\n');
                  if (line.startsWith(LISTENING)) {
                    address.complete(URI.create(line.substring(LISTENING.length()).strip()));
                  }
                }
              } catch (IOException e) {
                said.append(e);
              }
              address.completeExceptionally(new IllegalStateException("Chromium ended: " + said));
            });
    return address.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  private void openTab() {
    String target =
        send("Target.createTarget", Map.of("url", "about:blank")).get("targetId").textValue();
    session =
        send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .get("sessionId")
            .textValue();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
  }

  /** A command's result. */
  private JsonNode send(String method, Map<String, ?> parameters) {
    int id = ++lastId;
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("id", id);
    message.put("method", method);
    message.put("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    var answer = new CompletableFuture<JsonNode>();
    waiting.put(id, answer);
    try {
      socket.sendText(JSON.writeValueAsString(message), true).join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode all = answer.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    assertThat(all.has("error")).as("%s: %s", method, all).isFalse();
    return all.get("result");
  }

  /** The window of a laptop or, with touch and a viewport of its own, of a phone. */
  void resize(int width, int height, boolean phone) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
  }

  void prefer(String colorScheme) {
    var feature = Map.of("name", "prefers-color-scheme", "value", colorScheme);
    send("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  void allowScripts(boolean allowed) {
    send("Emulation.setScriptExecutionDisabled", Map.of("value", !allowed));
  }

  /** Opens a page and waits until it is loaded. */
  void open(Path page) {
    complaints.clear();
    requests.clear();
    loaded = new CompletableFuture<>();
    send("Page.navigate", Map.of("url", page.toUri().toString()));
    loaded.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** The value of an expression. */
  JsonNode evaluate(String expression) {
    var parameters = Map.of("expression", expression, "returnByValue", true, "awaitPromise", true);
    JsonNode result = send("Runtime.evaluate", parameters);
    assertThat(result.has("exceptionDetails")).as("%s: %s", expression, result).isFalse();
    return result.get("result").path("value");
  }

  /** What the page wrote to the console, threw or was refused. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** Addresses of all that was asked for, the page included. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** The whole page, not only what is in the window. */
  void saveScreenshot(Path file) throws IOException {
    JsonNode picture =
        send("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(picture.get("data").textValue()));
  }

  @Override
  public void close() {
    session = null;
    send("Browser.close", Map.of()); // it tidies up in the temporary folder
    socket.abort();
    end(process);
  }

  private static void end(Process process) {
    process.onExit().completeOnTimeout(process, SECONDS_TO_END, TimeUnit.SECONDS).join();
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join());
  }

  /** Puts messages together and hands them to those who wait. */
  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(String message) {
      JsonNode json;
      try {
        json = JSON.readTree(message);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (json.has("id")) {
        waiting.remove(json.get("id").intValue()).complete(json);
        return;
      }
      JsonNode event = json.get("params");
      switch (json.get("method").textValue()) {
        case "Runtime.consoleAPICalled" -> complaints.add(event.get("args").toString());
        case "Runtime.exceptionThrown" -> complaints.add(event.get("exceptionDetails").toString());
        case "Log.entryAdded" -> complaints.add(event.get("entry").toString());
        case "Network.requestWillBeSent" ->
            requests.add(event.get("request").get("url").textValue());
        case "Page.loadEventFired" -> loaded.complete(null);
        default -> {} // of no interest
      }
    }
  }
}
