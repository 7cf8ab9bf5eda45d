package stride.cuda;

import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a kernel takes of a multiprocessor, as the compiler says.
 *
 * @param registers of a thread
 * @param sharedBytes static shared memory of a block
 * @param stackBytes local memory of a thread, spills included
 * @param spillStoreBytes written to local memory for want of registers
 * @param spillLoadBytes read from there
 */
public record KernelUsage(
    int registers, int sharedBytes, int stackBytes, int spillStoreBytes, int spillLoadBytes) {

  // ptxas info    : Compiling entry function 'scale' for 'sm_90a'
  private static final Pattern KERNEL = Pattern.compile("Compiling entry function '([^']+)'");
  //     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
  private static final Pattern STACK =
      Pattern.compile(
          "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill loads");
  // ptxas info    : Used 10 registers, used 0 barriers, 1024 bytes smem, 364 bytes cmem[0]
  private static final Pattern USED = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  /** Reads the log of a compilation with --ptxas-options=-v; other lines are passed over. */
  static SequencedMap<String, KernelUsage> parse(String log) {
    SequencedMap<String, KernelUsage> usage = new TreeMap<>();
    String kernel = null;
    Matcher stack = null;
    for (String line : log.lines().toList()) {
      Matcher start = KERNEL.matcher(line);
      Matcher bytes = STACK.matcher(line);
      Matcher used = USED.matcher(line);
      if (start.find()) {
        kernel = start.group(1);
        stack = null;
      } else if (bytes.find()) {
        stack = bytes;
      } else if (used.find() && kernel != null && stack != null) {
        Matcher shared = SHARED.matcher(line);
        usage.put(
            kernel,
            new KernelUsage(
                number(used, 1),
                shared.find() ? number(shared, 1) : 0,
                number(stack, 1),
                number(stack, 2),
                number(stack, 3)));
        kernel = null;
      }
    }
    return usage;
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}
