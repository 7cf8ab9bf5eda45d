package stride;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds the circles in which source files use one another, by what their class files name. The
 * classes that a sealed type permits are no use of theirs: a class file names them apart.
 */
final class FileCircles {
  private final SortedMap<String, SortedSet<String>> uses;

  // Tarjan's algorithm
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> lowest = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<SortedSet<String>> circles = new ArrayList<>();

  private FileCircles(SortedMap<String, SortedSet<String>> uses) {
    this.uses = uses;
  }

  /**
   * The circles of a graph.
   *
   * @param uses all files, each with those that it uses
   * @return the files of each circle, all of which reach one another, and a shortest way around
   *     through the first of them: {@code a -> b -> a}
   */
  static Map<SortedSet<String>, String> of(SortedMap<String, SortedSet<String>> uses) {
    var search = new FileCircles(uses);
    uses.keySet().forEach(search::number);
    Map<SortedSet<String>, String> paths = new LinkedHashMap<>();
    search.circles.forEach(circle -> paths.put(circle, search.path(circle)));
    return paths;
  }

  /** The circles among classes. */
  static Map<SortedSet<String>, String> of(JavaClasses classes) {
    SortedMap<String, SortedSet<String>> uses = new TreeMap<>();
    for (JavaClass each : classes) {
      SortedSet<String> used = uses.computeIfAbsent(file(each), _ -> new TreeSet<>());
      for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (target.getPackageName().startsWith("stride.")) {
          used.add(file(target));
        }
      }
      used.remove(file(each));
    }
    return of(uses);
  }

  /** The outermost class, without the root package. */
  private static String file(JavaClass each) {
    return each.getName().replaceFirst("\\$.*", "").replaceFirst("^stride\\.", "");
  }

  private int number(String file) {
    if (numbers.containsKey(file)) {
      return lowest.get(file);
    }
    int number = numbers.size();
    numbers.put(file, number);
    lowest.put(file, number);
    open.push(file);
    for (String used : uses.get(file)) {
      if (!numbers.containsKey(used)) {
        lowest.merge(file, number(used), Math::min);
      } else if (open.contains(used)) {
        lowest.merge(file, numbers.get(used), Math::min);
      }
    }
    if (lowest.get(file) == number) {
      close(file);
    }
    return lowest.get(file);
  }

  /** All that was numbered since the file and is open reaches it, and it them. */
  private void close(String file) {
    SortedSet<String> circle = new TreeSet<>();
    String last;
    do {
      last = open.pop();
      circle.add(last);
    } while (!last.equals(file));
    if (circle.size() > 1) {
      circles.add(circle);
    }
  }

  private String path(SortedSet<String> circle) {
    String first = circle.getFirst();
    Map<String, String> before = new HashMap<>();
    Deque<String> next = new ArrayDeque<>(List.of(first));
    while (!before.containsKey(first)) {
      String file = next.remove();
      for (String used : uses.get(file)) {
        if (circle.contains(used) && before.putIfAbsent(used, file) == null) {
          next.add(used);
        }
      }
    }
    var path = new StringBuilder(first);
    String file = before.get(first);
    while (!file.equals(first)) {
      path.insert(0, file + " -> ");
      file = before.get(file);
    }
    return path.insert(0, first + " -> ").toString();
  }
}
