"""Reads a run's event files with TensorBoard's own reader: read_events.py RUN

Prints one JSON object: steps and values of scalars and of texts, by tag.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.text import metadata
from tensorboard.util import tensor_util

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
read = {"scalars": {}, "texts": {}}
for tag in events.Tags()["scalars"]:
    read["scalars"][tag] = [[event.step, event.value] for event in events.Scalars(tag)]
for tag in events.PluginTagToContent(metadata.PLUGIN_NAME) if events.Tags()["tensors"] else ():
    read["texts"][tag] = [
        [event.step, tensor_util.make_ndarray(event.tensor_proto).item().decode()] for event in events.Tensors(tag)
    ]
print(json.dumps(read))
