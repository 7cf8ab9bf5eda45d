package stride.cuda;

import java.util.Optional;
import stride.nn.DeviceProbe;

/** Tells {@code stride.nn} whether CUDA can be used; found by its service file. */
public final class CudaProbe implements DeviceProbe {
  /** For the service loader. */
  public CudaProbe() {}

  @Override
  public Optional<String> missing() {
    return CudaLibraries.missing();
  }
}
