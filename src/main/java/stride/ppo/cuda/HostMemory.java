package stride.ppo.cuda;

/** Owns memory on the host that the device copies. Closing is idempotent and frees both sides. */
interface HostMemory extends AutoCloseable {
  @Override
  void close();
}
