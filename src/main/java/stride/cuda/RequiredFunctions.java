package stride.cuda;

import java.util.List;

/**
 * All functions this package calls in NVIDIA's libraries, under the names JCuda's native code asks
 * for. One that is missing would end the process when it is called.
 */
final class RequiredFunctions {
  static final List<String> DRIVER =
      words(
          """
          cuInit cuDriverGetVersion cuGetErrorName cuGetErrorString
          cuDeviceGetCount cuDeviceGet cuDeviceGetName cuDeviceTotalMem_v2 cuDeviceGetAttribute
          cuDevicePrimaryCtxRetain cuDevicePrimaryCtxRelease_v2 cuCtxSetCurrent cuCtxSynchronize
          cuMemGetInfo_v2 cuMemAlloc_v2 cuMemFree_v2 cuMemHostRegister_v2 cuMemHostUnregister
          cuMemcpyHtoDAsync_v2 cuMemcpyDtoHAsync_v2 cuMemcpyDtoDAsync_v2 cuMemsetD8Async
          cuStreamCreate cuStreamDestroy_v2 cuStreamSynchronize cuStreamQuery cuStreamWaitEvent
          cuEventCreate cuEventDestroy_v2 cuEventRecord cuEventSynchronize cuEventQuery
          cuEventElapsedTime
          cuModuleLoadData cuModuleUnload cuModuleGetFunction cuFuncGetAttribute cuFuncSetAttribute
          cuOccupancyMaxActiveBlocksPerMultiprocessor cuLaunchKernel cuLaunchCooperativeKernel
          cuStreamBeginCapture_v2 cuStreamEndCapture cuGraphInstantiateWithFlags cuGraphLaunch
          cuGraphExecDestroy cuGraphDestroy
          """);

  static final List<String> NVRTC =
      words(
          """
          nvrtcVersion nvrtcGetErrorString nvrtcGetNumSupportedArchs nvrtcGetSupportedArchs
          nvrtcCreateProgram nvrtcCompileProgram nvrtcDestroyProgram
          nvrtcGetProgramLogSize nvrtcGetProgramLog
          nvrtcGetCUBINSize nvrtcGetCUBIN nvrtcGetPTXSize nvrtcGetPTX
          """);

  static final List<String> CUBLAS =
      words(
          """
          cublasCreate_v2 cublasDestroy_v2 cublasSetStream_v2 cublasSetWorkspace_v2
          cublasSetPointerMode_v2 cublasGemmEx cublasGemmStridedBatchedEx
          """);

  private RequiredFunctions() {}

  private static List<String> words(String text) {
    return List.of(text.strip().split("\\s+", -1));
  }
}
