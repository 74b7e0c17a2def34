"""An ONNX model run on one thread of the caller, without memory of its own for later and without spinning."""

from pathlib import Path
from typing import Any

from sameside.retrieval.embedding import Unusable


def runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as missing:
        raise Unusable("The package onnxruntime is not installed: pip install 'sameside[semantic]'.") from missing
    return onnxruntime


def opened(model: Path) -> Any:
    """The session of a model; `Unusable` with a sentence when the file is none."""
    onnxruntime = runtime()
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    refusals = (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
    )
    try:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except refusals as problem:
        reason = str(problem).splitlines()[0]
        raise Unusable(
            f"{model} is no model that ONNX Runtime {onnxruntime.__version__} can run: {reason}"
        ) from problem
