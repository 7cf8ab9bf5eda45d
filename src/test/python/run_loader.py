"""Runs the loader that a page of the documentation shows.

run_loader.py PAGE LIBRARY ACTIVATION FILE OBSERVATIONS ELEMENTS FOLDER

LIBRARY is torch, as the page has it, or numpy, which the page says to put in its place. FILE is what the loader loads;
OBSERVATIONS is rows of ELEMENTS float32; FOLDER/actor and FOLDER/critic become what the networks put out, likewise.
"""

import importlib
import re
import sys

page, name, activation, file, observations, elements, folder = sys.argv[1:]
with open(page, encoding="utf-8") as text:
    code = re.search(r"```python\n(.*?)```", text.read(), re.DOTALL).group(1)
library = importlib.import_module(name)
shown = {}
exec(code.replace("torch", name), shown)

activations = {"tanh": library.tanh, "relu": lambda x: x.clip(0, None)}
network = shown["load"](file, activations[activation])
with open(observations, "rb") as rows:
    given = library.frombuffer(bytearray(rows.read()), dtype=library.float32).reshape(-1, int(elements))
for part in ("actor", "critic"):
    value = network(part, given)
    with open(f"{folder}/{part}", "wb") as out:
        out.write((value if name == "numpy" else value.numpy()).tobytes())
