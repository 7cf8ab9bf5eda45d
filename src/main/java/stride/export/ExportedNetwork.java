package stride.export;

import java.nio.file.Path;
import stride.files.FileException;

/** What a run has learnt, for those who compute with it without Stride. */
public interface ExportedNetwork {
  /**
   * Writes a model whose input {@code observation} is [batch, D].
   *
   * @param file one that is there is replaced
   * @throws FileException if it cannot be written; what was there before is still there
   */
  void writeOnnx(Path file);

  /**
   * Writes all tensors without padding, under PyTorch's names.
   *
   * @param file one that is there is replaced
   * @throws FileException if it cannot be written; what was there before is still there
   */
  void writeSafetensors(Path file);
}
