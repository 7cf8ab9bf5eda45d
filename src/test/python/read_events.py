"""Reads a run's event files with TensorBoard's own reader: read_events.py RUN

Prints one JSON object: each tag's steps and values.
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
events.Reload()
scalars = {}
for tag in events.Tags()["scalars"]:
    scalars[tag] = [[event.step, event.value] for event in events.Scalars(tag)]
print(json.dumps(scalars))
