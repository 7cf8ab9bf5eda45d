package stride.lab.bench;

import java.util.SortedMap;
import org.openjdk.jmh.runner.options.TimeValue;
import stride.results.JmhResult;

/**
 * One benchmark with one set of parameters, before it has run.
 *
 * @param name with its package
 * @param params in order of their names
 * @param forks that its suite asks for
 * @param seconds that the iterations of a fork take by their settings
 */
record BenchmarkCase(String name, SortedMap<String, String> params, int forks, double seconds) {
  // five iterations of half the length give an error a quarter as wide as three: Student's t
  static final int QUICK_WARM_UPS = 3;
  static final int QUICK_ITERATIONS = 5;
  static final TimeValue QUICK_TIME = TimeValue.milliseconds(420);

  // on a GPU there is less to compile, and GPU time is scarce
  static final TimeValue QUICK_GPU_TIME = TimeValue.milliseconds(210);

  /** By what two revisions' cases are paired. */
  String key() {
    return JmhResult.key(JmhResult.withoutPackage(name), params);
  }
}
