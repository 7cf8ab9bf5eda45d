package stride.cuda;

/** Why CUDA cannot be used, in one line; thrown while it is looked for, and caught there. */
final class CudaUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaUnavailableException(String reason) {
    super(reason.strip().replaceAll("\\s*\\R\\s*", "; "));
  }
}
