package stride.cuda;

import jcuda.driver.CUdeviceptr;

/** An address on the device that Java can read: JCuda keeps it to its subclasses. */
final class DevicePointer extends CUdeviceptr {
  DevicePointer() {}

  private DevicePointer(DevicePointer base, long byteOffset) {
    super(base, byteOffset);
  }

  DevicePointer plus(long bytes) {
    return new DevicePointer(this, bytes);
  }

  long address() {
    return getNativePointer() + getByteOffset();
  }
}
