package stride.nn;

import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A chain of layers in a network: what it reads, its sizes, and what PyTorch would call its layers.
 *
 * @param name of the chain; no two of a network have it in common
 * @param input what it reads
 * @param sizes of its layers
 * @param modules names of the convolutions and hidden layers, first to last, for example {@code
 *     actor.0}
 * @param heads names of the last layer's columns, in the order of their tensors; a trunk has none
 * @param headGain what orthogonal weights of the heads are multiplied by
 */
public record ChainSpec(
    String name,
    ChainInput input,
    MlpSpec sizes,
    List<String> modules,
    List<Head> heads,
    double headGain) {
  /**
   * Columns of the last layer that are a layer of their own in PyTorch. Side by side, one kernel
   * computes them all.
   *
   * @param module its name
   * @param column the first
   * @param columns how many
   */
  public record Head(String module, int column, int columns) {
    /**
     * Checks the columns.
     *
     * @throws IllegalArgumentException if there are none, or they are before the first
     */
    public Head {
      if (column < 0 || columns < 1) {
        throw new IllegalArgumentException(
            "%s: column=%d, columns=%d, required: >= 0, >= 1".formatted(module, column, columns));
      }
    }
  }

  /**
   * Checks that all parts fit.
   *
   * @throws IllegalArgumentException if they do not
   */
  public ChainSpec {
    modules = List.copyOf(modules);
    heads = List.copyOf(heads);
    if (sizes.inputs() != input.elements()) {
      throw new IllegalArgumentException(
          "%s: inputs=%d, required: %d of %s"
              .formatted(name, sizes.inputs(), input.elements(), input));
    }
    if (modules.size() != sizes.convolutions().layers().size() + sizes.hidden().size()
        || !areDealtOut(sizes.outputs(), heads)) {
      throw new IllegalArgumentException(
          "%s: names %s and %s do not fit layers %s and %d outputs"
              .formatted(name, modules, heads, sizes.hidden(), sizes.outputs()));
    }
  }

  /** Whether every column belongs to one head. */
  private static boolean areDealtOut(int outputs, List<Head> heads) {
    BitSet taken = new BitSet();
    heads.forEach(head -> taken.set(head.column(), head.column() + head.columns()));
    return heads.stream().mapToInt(Head::columns).sum() == outputs
        && taken.cardinality() == outputs
        && taken.length() == outputs;
  }

  /**
   * A chain whose layers have the names of PyTorch's {@code Sequential}. Activations count as
   * modules there, so that numbers go up by two. The gain of its head is 1.
   */
  public static ChainSpec of(String name, ChainInput input, MlpSpec sizes) {
    int convolutions = sizes.convolutions().layers().size();
    int layers = convolutions + sizes.hidden().size();
    return new ChainSpec(
        name,
        input,
        sizes,
        IntStream.range(0, layers).mapToObj(i -> module(name, i, convolutions)).toList(),
        sizes.outputs() == 0
            ? List.of()
            : List.of(new Head(module(name, layers, convolutions), 0, sizes.outputs())),
        1);
  }

  private static String module(String chain, int layer, int convolutions) {
    final boolean flattened = convolutions > 0 && layer >= convolutions; // a module there
    return chain + "." + (2 * layer + (flattened ? 1 : 0));
  }

  /** The same with another gain. */
  public ChainSpec withHeadGain(double gain) {
    return new ChainSpec(name, input, sizes, modules, heads, gain);
  }

  /** The same with other heads. */
  public ChainSpec withHeads(Head... others) {
    return new ChainSpec(name, input, sizes, modules, List.of(others), headGain);
  }
}
