package stride.mujoco;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import stride.memory.Downcalls;

/**
 * The C functions Stride calls, under their C names.
 *
 * <p>Those that can raise a MuJoCo error go through the shim, which traps it. If a library or a
 * symbol is missing, all handles are null and {@link #require} throws the reason.
 */
public final class MujocoNative {
  static final MethodHandle mj_version;
  static final MethodHandle mj_deleteModel;
  static final MethodHandle mj_deleteData;
  static final MethodHandle mjb_deleteBatch;
  static final MethodHandle mjb_nstate;
  static final MethodHandle mjb_state;
  static final MethodHandle mjb_stateComponent;
  static final MethodHandle mjb_warning;
  static final MethodHandle mjb_status;
  static final MethodHandle mjb_error;
  static final MethodHandle mju_warningText;
  static final MethodHandle stride_take_warning;
  static final MethodHandle stride_provoke_error;
  static final MethodHandle mj_deleteSpec;
  static final MethodHandle stride_parse_model;
  static final MethodHandle stride_is_oversized;
  static final MethodHandle stride_compile_model;
  static final MethodHandle stride_model_nq;
  static final MethodHandle stride_model_nv;
  static final MethodHandle stride_model_nu;
  static final MethodHandle stride_model_state_size;
  static final MethodHandle stride_model_timestep;
  static final MethodHandle stride_model_njnt;
  static final MethodHandle stride_model_joint;
  static final MethodHandle stride_model_ctrlrange;
  static final MethodHandle stride_make_batch;
  static final MethodHandle stride_reset_batch;
  static final MethodHandle stride_step_batch;
  static final MethodHandle stride_make_data;
  static final MethodHandle stride_replay;

  /** How MuJoCo's warning counters lie in memory, from the headers the shim was built with. */
  record WarningLayout(int kinds, int bytes, int numberOffset, int firstBad, int lastBad) {}

  static final WarningLayout WARNINGS;
  static final String MUJOCO_VERSION;

  private static final RuntimeException FAILURE;

  static {
    Table table = null;
    RuntimeException failure = null;
    WarningLayout warnings = null;
    String version = null;
    try {
      table = new Table();
      version = table.checkVersions();
      table.run("stride_take_over_log");
      warnings =
          new WarningLayout(
              table.number("stride_warning_kinds"),
              table.number("stride_warning_bytes"),
              table.number("stride_warning_number_offset"),
              table.number("stride_first_bad_warning"),
              table.number("stride_last_bad_warning"));
    } catch (MujocoException e) {
      table = null;
      failure = e;
    }
    FAILURE = failure;
    WARNINGS = warnings;
    MUJOCO_VERSION = version;
    mj_version = find(table, "mj_version", JAVA_INT);
    mj_deleteModel = find(table, "mj_deleteModel", null, ADDRESS);
    mj_deleteData = find(table, "mj_deleteData", null, ADDRESS);
    mjb_deleteBatch = find(table, "mjb_deleteBatch", null, ADDRESS);
    mjb_nstate = find(table, "mjb_nstate", JAVA_INT, ADDRESS);
    mjb_state = find(table, "mjb_state", ADDRESS, ADDRESS);
    mjb_stateComponent = find(table, "mjb_stateComponent", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    mjb_warning = find(table, "mjb_warning", ADDRESS, ADDRESS);
    mjb_status = find(table, "mjb_status", ADDRESS, ADDRESS);
    mjb_error = find(table, "mjb_error", ADDRESS, ADDRESS, JAVA_INT);
    mju_warningText = find(table, "mju_warningText", ADDRESS, JAVA_INT, JAVA_LONG);
    stride_take_warning = find(table, "stride_take_warning", JAVA_INT, ADDRESS, JAVA_INT);
    stride_provoke_error = find(table, "stride_provoke_error", JAVA_INT, ADDRESS, JAVA_INT);
    mj_deleteSpec = find(table, "mj_deleteSpec", null, ADDRESS);
    stride_parse_model = find(table, "stride_parse_model", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    stride_is_oversized = find(table, "stride_is_oversized", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    stride_compile_model = find(table, "stride_compile_model", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    stride_model_nq = find(table, "stride_model_nq", JAVA_INT, ADDRESS);
    stride_model_nv = find(table, "stride_model_nv", JAVA_INT, ADDRESS);
    stride_model_nu = find(table, "stride_model_nu", JAVA_INT, ADDRESS);
    stride_model_state_size = find(table, "stride_model_state_size", JAVA_INT, ADDRESS);
    stride_model_timestep = find(table, "stride_model_timestep", JAVA_DOUBLE, ADDRESS);
    stride_model_njnt = find(table, "stride_model_njnt", JAVA_INT, ADDRESS);
    stride_model_joint =
        find(table, "stride_model_joint", null, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    stride_model_ctrlrange =
        find(table, "stride_model_ctrlrange", null, ADDRESS, JAVA_INT, ADDRESS);
    stride_make_batch =
        find(
            table,
            "stride_make_batch",
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            JAVA_INT,
            JAVA_INT,
            ADDRESS,
            JAVA_INT);
    stride_reset_batch = find(table, "stride_reset_batch", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    stride_step_batch =
        find(table, "stride_step_batch", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
    stride_make_data = find(table, "stride_make_data", ADDRESS, ADDRESS, ADDRESS, JAVA_INT);
    stride_replay =
        find(
            table,
            "stride_replay",
            JAVA_INT,
            ADDRESS, // model
            ADDRESS, // data
            ADDRESS, // rows
            JAVA_INT, // hot
            ADDRESS, // first
            ADDRESS, // last
            ADDRESS, // controls
            ADDRESS, // resets
            ADDRESS, // fresh
            JAVA_INT, // nfresh
            JAVA_INT, // n
            JAVA_INT, // horizon
            JAVA_INT, // frame_skip
            JAVA_INT, // from
            JAVA_INT, // to
            ADDRESS, // text
            JAVA_INT); // size
  }

  private MujocoNative() {}

  /**
   * Call before the first use of a handle.
   *
   * @throws MujocoException if MuJoCo is missing or of another version
   */
  static void require() {
    if (FAILURE != null) {
      throw new MujocoException(FAILURE.getMessage(), FAILURE);
    }
  }

  private static MethodHandle find(
      Table table, String name, MemoryLayout result, MemoryLayout... arguments) {
    return table == null ? null : table.find(name, result, arguments);
  }

  /** The two loaded libraries. */
  @SuppressWarnings("restricted")
  private static final class Table {
    private final Linker linker = Linker.nativeLinker();
    private final SymbolLookup mujoco = MujocoLibraries.loadMujoco();
    private final SymbolLookup shim = MujocoLibraries.loadShim();

    MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
      MemorySegment address =
          shim.find(name)
              .or(() -> mujoco.find(name))
              .orElseThrow(() -> new MujocoException("no function " + name + " in libmujoco"));
      return linker.downcallHandle(
          address,
          result == null
              ? FunctionDescriptor.ofVoid(arguments)
              : FunctionDescriptor.of(result, arguments));
    }

    int number(String name) {
      try {
        return (int) find(name, JAVA_INT).invokeExact();
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
    }

    void run(String name) {
      try {
        find(name, null).invokeExact();
      } catch (Throwable t) {
        throw Downcalls.rethrow(t);
      }
    }

    String checkVersions() {
      int library = number("mj_version");
      int header = number("stride_header_version");
      if (library != MujocoLibraries.VERSION_NUMBER || header != library) {
        throw new MujocoException(
            "MuJoCo versions differ: library=%s, headers of the build=%s, required=%s: run `make build`"
                .formatted(dotted(library), dotted(header), MujocoLibraries.VERSION));
      }
      return dotted(library);
    }

    private static String dotted(int version) {
      return version / 1_000_000 + "." + version / 1_000 % 1_000 + "." + version % 1_000;
    }
  }
}
