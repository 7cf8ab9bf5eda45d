package stride.train;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stride.files.ProtobufReader;

/** Reads TensorBoard's event files by their specification, sharing nothing with the writer. */
final class EventFile {
  private EventFile() {}

  record Event(
      long step,
      String fileVersion,
      Map<String, Float> scalars,
      Map<String, String> texts,
      boolean sessionStart) {}

  static List<Event> read(Path file) throws IOException {
    List<Event> events = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      while (in.available() > 0) {
        byte[] length = in.readNBytes(8);
        check(in, length);
        byte[] message = in.readNBytes((int) new ProtobufReader(length).fixed(8));
        check(in, message);
        events.add(event(new ProtobufReader(message)));
      }
    }
    return events;
  }

  private static void check(DataInputStream in, byte[] bytes) throws IOException {
    if ((int) new ProtobufReader(in.readNBytes(4)).fixed(4) != maskedCrc(bytes)) {
      throw new IOException("wrong checksum");
    }
  }

  /** CRC-32C bit by bit. */
  static int maskedCrc(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xFF;
      for (int k = 0; k < 8; k++) {
        crc = (crc >>> 1) ^ ((crc & 1) * 0x82F63B78);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xA282EAD8;
  }

  private static Event event(ProtobufReader in) throws IOException {
    long step = 0;
    String version = null;
    boolean start = false;
    Map<String, Float> scalars = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    while (in.more()) {
      long key = in.varint();
      switch ((int) key) {
        case 1 << 3 | 1 -> in.fixed(8);
        case 2 << 3 -> step = in.varint();
        case 3 << 3 | 2 -> version = in.text();
        case 5 << 3 | 2 -> summary(in.message(), scalars, texts);
        case 7 << 3 | 2 -> start = in.message().varints().equals(List.of(8L, 1L));
        default -> throw new IOException("key=" + key);
      }
    }
    return new Event(step, version, scalars, texts, start);
  }

  private static void summary(
      ProtobufReader in, Map<String, Float> scalars, Map<String, String> texts) throws IOException {
    while (in.more()) {
      expect(in.varint(), 1 << 3 | 2);
      ProtobufReader value = in.message();
      expect(value.varint(), 1 << 3 | 2);
      String tag = value.text();
      long key = value.varint();
      if (key == (8 << 3 | 2)) {
        texts.put(tag, string(value.message()));
        expect(value.varint(), 9 << 3 | 2);
        ProtobufReader metadata = value.message();
        expect(metadata.varint(), 1 << 3 | 2);
        ProtobufReader plugin = metadata.message();
        expect(plugin.varint(), 1 << 3 | 2);
        if (!plugin.text().equals("text")) {
          throw new IOException(tag + " is not for the text plugin");
        }
      } else {
        expect(key, 2 << 3 | 5);
        scalars.put(tag, Float.intBitsToFloat((int) value.fixed(4)));
      }
      expect(value.more() ? 1 : 0, 0);
    }
  }

  /** Of a tensor of one string. */
  private static String string(ProtobufReader tensor) throws IOException {
    expect(tensor.varint(), 1 << 3);
    expect(tensor.varint(), 7);
    expect(tensor.varint(), 2 << 3 | 2);
    ProtobufReader shape = tensor.message();
    expect(shape.varint(), 2 << 3 | 2);
    ProtobufReader dimension = shape.message();
    expect(dimension.varint(), 1 << 3);
    expect(dimension.varint(), 1);
    expect(tensor.varint(), 8 << 3 | 2);
    return tensor.text();
  }

  private static void expect(long actual, long expected) throws IOException {
    if (actual != expected) {
      throw new IOException("actual=" + actual + ", expected=" + expected);
    }
  }
}
