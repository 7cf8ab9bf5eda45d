package stride.results;

/**
 * What the machine gave before and after a run: the form of {@code anchor.json}.
 *
 * @param schemaVersion of this form
 * @param start before the first measurement
 * @param end after the last
 */
public record Anchors(int schemaVersion, Anchor start, Anchor end) {}
