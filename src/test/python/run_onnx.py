"""Runs an ONNX model with ONNX Runtime: run_onnx.py MODEL OBSERVATIONS FOLDER

OBSERVATIONS is rows of float32; every output becomes FOLDER/NAME, likewise, and a line "NAME TYPE SHAPE".
"""

import sys

import numpy
import onnxruntime

model, observations, folder = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
(given,) = session.get_inputs()
print(given.name, given.type, *given.shape)
rows = numpy.fromfile(observations, numpy.float32).reshape(-1, given.shape[1])
for output, value in zip(session.get_outputs(), session.run(None, {given.name: rows})):
    print(output.name, output.type, *output.shape)
    value.astype(numpy.float32).tofile(f"{folder}/{output.name}")
