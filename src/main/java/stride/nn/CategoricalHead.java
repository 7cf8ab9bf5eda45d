package stride.nn;

/**
 * A choice among n actions: output columns {@code [0, n)} are logits.
 *
 * <pre>log p(a) = logit_a - max - log(sum over k of exp(logit_k - max))</pre>
 *
 * @param actions n, how many there are to choose from
 */
public record CategoricalHead(int actions) implements ActionHead {
  @Override
  public int outputs() {
    return actions;
  }

  @Override
  public int wordPairs() {
    return 2;
  }

  @Override
  public long scratchLength(int rows) {
    // columns of rows: an exponential per action, maximum, sum, cumulative sum
    return (actions + 3L) * LinearLayout.padded(rows);
  }
}
