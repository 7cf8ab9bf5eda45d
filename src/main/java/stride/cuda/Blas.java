package stride.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.cudaDataType;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;
import stride.memory.ElementType;
import stride.nn.Precision;

/**
 * Matrix products by cuBLAS, on one stream, also while it is captured into a graph.
 *
 * <p>Matrices are row by row, as everywhere in Stride; cuBLAS takes them column by column, and so
 * for their transposes. {@code C = A B} is computed as {@code C^T = B^T A^T}.
 *
 * <p>cuBLAS loads its kernels when they are first needed, which cannot be captured: a product is
 * done once before it goes into a graph. For the thread that drives the device. Closing is
 * idempotent.
 */
public final class Blas implements AutoCloseable {
  /** What NVIDIA advises for its largest devices; of one's own, so that graphs can be captured. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  /** Of all matrices, whatever their factors are rounded to on the way. */
  private static final int FLOAT = cudaDataType.CUDA_R_32F;

  private final Stream stream;
  private final cublasHandle handle = new cublasHandle();
  private final int computeType;
  private final DeviceMemory workspace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment factors = arena.allocate(JAVA_FLOAT, 2);
  private final HostPointer alphaPointer = new HostPointer(factors.asSlice(0, Float.BYTES));
  private final HostPointer betaPointer = new HostPointer(factors.asSlice(Float.BYTES));

  /** Products on a stream, whose device is the owner, all in one precision. */
  public Blas(Stream stream, Precision precision) {
    this.stream = stream;
    this.computeType = computeType(precision);
    this.workspace =
        new DevicePlan()
            .add("workspace", ElementType.BYTE, WORKSPACE_BYTES)
            .allocate(stream.device());
    boolean made = false;
    try {
      check(JCublas2.cublasCreate(handle), "cublasCreate", stream);
      made = true;
      prepare();
    } catch (RuntimeException e) {
      if (made) {
        JCublas2.cublasDestroy(handle);
      }
      workspace.close();
      arena.close();
      throw e;
    }
    stream.device().adopt(this);
  }

  /** The workspace comes last: setting the stream would forget it. */
  private void prepare() {
    check(
        JCublas2.cublasSetStream(handle, new cudaStream_t(stream.handle())),
        "cublasSetStream",
        stream);
    check(
        JCublas2.cublasSetWorkspace(handle, workspace.all().pointer(), WORKSPACE_BYTES),
        "cublasSetWorkspace",
        stream);
    check(
        JCublas2.cublasSetPointerMode(handle, cublasPointerMode.CUBLAS_POINTER_MODE_HOST),
        "cublasSetPointerMode",
        stream);
  }

  private static int computeType(Precision precision) {
    return switch (precision) {
      case FP32 -> cublasComputeType.CUBLAS_COMPUTE_32F;
      case TF32X3 ->
          throw new IllegalArgumentException(
              "precision=tf32x3, required: fp32, tf32 or bf16 for products of cuBLAS");
      case TF32 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32;
      case BF16 -> cublasComputeType.CUBLAS_COMPUTE_32F_FAST_16BF;
    };
  }

  /**
   * A matrix, or several at equal distances.
   *
   * @param array floats, row by row
   * @param stride floats from one row to the next
   * @param transposed whether its transpose is meant
   * @param step floats from one matrix to the next; 0 if there is one, or the same is used for all
   */
  public record Matrix(DeviceArray array, int stride, boolean transposed, long step) {
    /** One matrix of floats as it lies, row by row, {@code stride} floats apart. */
    public static Matrix of(DeviceArray array, int stride) {
      return new Matrix(array, stride, false, 0);
    }

    /** A view of the same floats. */
    public Matrix transpose() {
      return new Matrix(array, stride, !transposed, step);
    }

    /** Several matrices, each {@code floats} after the one before: a view of the same floats. */
    public Matrix every(long floats) {
      return new Matrix(array, stride, transposed, floats);
    }

    private void check(int rows, int columns, int batch) {
      int lines = transposed ? columns : rows;
      int width = transposed ? rows : columns;
      long required = step * (batch - 1) + (long) stride * (lines - 1) + width;
      if (stride < width || array.length() < required) {
        throw new IllegalArgumentException(
            "capacity=%d floats in rows of %d, required=%d for [%d, %d] x %d"
                .formatted(array.length(), stride, required, lines, width, batch));
      }
    }

    private int operation() {
      return transposed ? cublasOperation.CUBLAS_OP_T : cublasOperation.CUBLAS_OP_N;
    }
  }

  /**
   * Starts {@code c = alpha a b + beta c}.
   *
   * @param rows of a and c
   * @param columns of b and c
   * @param inner columns of a, rows of b
   * @param alpha factor of the product
   * @param a [rows, inner]
   * @param b [inner, columns]
   * @param beta factor of what c holds; with 0 that may be anything
   * @param c [rows, columns], not transposed, overlaps neither
   */
  public void multiply(
      int rows, int columns, int inner, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    check(rows, columns, inner, a, b, c, 1);
    factors.setAtIndex(JAVA_FLOAT, 0, alpha);
    factors.setAtIndex(JAVA_FLOAT, 1, beta);
    int code =
        JCublas2.cublasGemmEx_new(
            handle,
            b.operation(),
            a.operation(),
            columns,
            rows,
            inner,
            alphaPointer,
            b.array().pointer(),
            FLOAT,
            b.stride(),
            a.array().pointer(),
            FLOAT,
            a.stride(),
            betaPointer,
            c.array().pointer(),
            FLOAT,
            c.stride(),
            computeType,
            cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    checkProduct(code, "cublasGemmEx", rows, columns, inner, 1);
  }

  /**
   * Starts several products of the same sizes.
   *
   * @param batch how many
   * @param rows of each a and c
   * @param columns of each b and c
   * @param inner columns of each a, rows of each b
   * @param alpha factor of the products
   * @param a [rows, inner] each
   * @param b [inner, columns] each
   * @param beta factor of what c holds; with 0 that may be anything
   * @param c [rows, columns] each, not transposed, overlaps nothing
   */
  public void multiplyEach(
      int batch,
      int rows,
      int columns,
      int inner,
      float alpha,
      Matrix a,
      Matrix b,
      float beta,
      Matrix c) {
    check(rows, columns, inner, a, b, c, batch);
    factors.setAtIndex(JAVA_FLOAT, 0, alpha);
    factors.setAtIndex(JAVA_FLOAT, 1, beta);
    int code =
        JCublas2.cublasGemmStridedBatchedEx_new(
            handle,
            b.operation(),
            a.operation(),
            columns,
            rows,
            inner,
            alphaPointer,
            b.array().pointer(),
            FLOAT,
            b.stride(),
            b.step(),
            a.array().pointer(),
            FLOAT,
            a.stride(),
            a.step(),
            betaPointer,
            c.array().pointer(),
            FLOAT,
            c.stride(),
            c.step(),
            batch,
            computeType,
            cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    checkProduct(code, "cublasGemmStridedBatchedEx", rows, columns, inner, batch);
  }

  private static void check(
      int rows, int columns, int inner, Matrix a, Matrix b, Matrix c, int batch) {
    if (rows < 1 || columns < 1 || inner < 1 || batch < 1 || c.transposed()) {
      throw new IllegalArgumentException(
          "rows=%d, columns=%d, inner=%d, batch=%d, c transposed=%s, required: at least 1, false"
              .formatted(rows, columns, inner, batch, c.transposed()));
    }
    a.check(rows, inner, batch);
    b.check(inner, columns, batch);
    c.check(rows, columns, batch);
  }

  private void checkProduct(int code, String call, int rows, int columns, int inner, int batch) {
    if (code != 0) {
      check(
          code,
          "%s (rows=%d, columns=%d, inner=%d, batch=%d)"
              .formatted(call, rows, columns, inner, batch),
          stream);
    }
  }

  @Override
  public void close() {
    if (stream.device().release(this)) {
      int code = JCublas2.cublasDestroy(handle);
      workspace.close();
      arena.close();
      if (code != 0 && !stream.isLost()) {
        check(code, "cublasDestroy", stream);
      }
    }
  }

  /** Throws unless the call went well; the stream knows whether the device is lost. */
  private static void check(int code, String call, Stream stream) {
    if (code == 0) {
      return;
    }
    int state = JCudaDriver.cuStreamQuery(stream.handle());
    if (CudaException.isSticky(state)) {
      throw Cuda.failure(state, call, cublasStatus.stringFor(code));
    }
    throw new CudaException(call + ": " + cublasStatus.stringFor(code), false);
  }
}
