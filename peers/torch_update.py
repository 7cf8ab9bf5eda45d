"""The update of PPO in PyTorch on the GPU: compiled within a CUDA graph, eager, and compiled, timed by CUDA's events.

The same update that Stride's CudaUpdateBenchmark times: Hopper's networks of 2 x 64 tanh units, 10 epochs of 32
minibatches, float32 without TF32. Rows, parameters and the order of rows are the same for all ways. Prints one JSON line
for each way and number of rows as soon as it is measured: milliseconds of updates by the device's own clock without the
shuffling, which is apart, as in Stride's deviceSeconds; and by the host's clock with it, as in Stride's updates/s.

  python torch_update.py --rows 8192,65536
"""

import argparse
import json
import statistics
import sys
import time

WAYS = ("graph", "eager", "compiled")  # the fastest first, for time may run out
OBSERVATIONS, ACTIONS = 11, 3


def die(text):
    print(f"stride: {text}", file=sys.stderr)
    sys.exit(1)


try:
    import torch

    import ppo_program as program
    from torch_ppo import Agent
except ImportError as error:
    die(f"no PyTorch update: {error}")


class Update:
    """One update, from the same parameters on the same rows whenever it is run."""

    def __init__(self, way, rows, device):
        self.way, self.rows, self.device = way, rows, torch.device(device)
        random = torch.Generator().manual_seed(1)
        torch.manual_seed(1)
        self.agent = Agent(OBSERVATIONS, ACTIONS).to(device)
        self.parameters = list(self.agent.parameters())
        shapes = [(rows, OBSERVATIONS), (rows, ACTIONS), *[(rows,)] * 4]
        batch = [torch.randn(*shape, generator=random) for shape in shapes]
        self.batch = [part.to(device) for part in batch]
        with torch.no_grad():  # log-probabilities of the actions, so that no row is clipped from the start
            observations, actions = self.batch[:2]
            self.batch[2] = self.agent.log_prob(self.agent.actor(observations), actions)
        self.minibatch = self.descend
        compiled = way != "eager"
        if compiled:
            torch._dynamo.reset()  # or the code compiled for other rows would count as seen with changing sizes
            if hasattr(torch._dynamo.config, "trace_autograd_ops"):  # of newer ones
                torch._dynamo.config.trace_autograd_ops = True  # so that all of a minibatch becomes one graph
            self.minibatch = torch.compile(self.minibatch, dynamic=False)
        # compiled, Adam is fused by the compiler; a rate that is a tensor can change without being compiled anew
        rate = torch.tensor(program.LEARNING_RATE, device=device) if compiled else program.LEARNING_RATE
        on_gpu = self.device.type == "cuda"
        self.optimizer = torch.optim.Adam(
            self.parameters, lr=rate, eps=1e-5, fused=not compiled, capturable=compiled and on_gpu
        )
        self.order = torch.stack([torch.randperm(rows, generator=random) for _ in range(program.EPOCHS)]).to(device)
        self.graph = None
        self.save()
        if way == "graph":
            self.capture()

    def save(self):
        """One step makes Adam's state; it and the parameters are what every update begins with."""
        before = [parameter.detach().clone() for parameter in self.parameters]
        self.minibatch(self.batch, self.order[0, : self.rows // program.MINIBATCHES])
        self.begin = [(parameter, value) for parameter, value in zip(self.parameters, before)]
        for state in self.optimizer.state.values():
            self.begin += [(tensor, torch.zeros_like(tensor)) for tensor in state.values()]

    @torch.no_grad()
    def rewind(self):
        for tensor, value in self.begin:
            tensor.copy_(value)

    def descend(self, batch, chosen):
        """One step down the gradient of the loss on the chosen rows: torch_ppo.py's."""
        gradients = torch.autograd.grad(self.agent.loss(*(part[chosen] for part in batch)), self.parameters)
        for parameter, gradient in zip(self.parameters, gradients):
            parameter.grad = gradient
        torch.nn.utils.clip_grad_norm_(self.parameters, program.GRADIENT_NORM)
        self.optimizer.step()

    def minibatches(self):
        for epoch in self.order:
            for chosen in epoch.chunk(program.MINIBATCHES):
                self.minibatch(self.batch, chosen)

    def capture(self):
        """All minibatches of an update as one CUDA graph, which reads the order anew at every start."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            self.minibatches()
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.minibatches()

    def run(self):
        if self.graph is None:
            self.minibatches()
        else:
            self.graph.replay()

    def shuffle(self):
        for epoch in self.order:
            torch.randperm(self.rows, device=self.device, out=epoch)

    def flat(self):
        return torch.cat([parameter.detach().flatten() for parameter in self.parameters])


def measure(update, seconds):
    """Milliseconds: updates and shuffles by events, and both together by the host's clock."""
    device, shuffles, wall = [], [], []
    end_of_all = time.perf_counter() + seconds
    while len(device) < 5 or time.perf_counter() < end_of_all:
        update.rewind()
        start, shuffled, end = (torch.cuda.Event(enable_timing=True) for _ in range(3))
        torch.cuda.synchronize()
        before = time.perf_counter()
        start.record()
        update.shuffle()
        shuffled.record()
        update.run()
        end.record()
        end.synchronize()
        wall.append(1e3 * (time.perf_counter() - before))
        shuffles.append(start.elapsed_time(shuffled))
        device.append(shuffled.elapsed_time(end))
    return device, shuffles, wall


def result(way, rows, seconds, expected):
    """What goes into the JSON line, and the parameters after one update."""
    start = time.perf_counter()
    update = Update(way, rows, "cuda")
    update.rewind()
    update.run()
    parameters = update.flat()
    if not torch.isfinite(parameters).all():
        raise ArithmeticError("a parameter is not finite")
    measure(update, 0)
    prepared = time.perf_counter() - start
    # rounding differs, and 320 steps of Adam make more of it: a sign of life, no proof
    difference = None if expected is None else (parameters - expected).abs().max().item()
    device, shuffles, wall = measure(update, seconds)
    line = {
        "way": way,
        "rows": rows,
        "epochs": program.EPOCHS,
        "minibatches": program.MINIBATCHES,
        "updates": len(device),
        "device_millis": round(statistics.median(device), 4),
        "device_millis_least": round(min(device), 4),
        "shuffle_millis": round(statistics.median(shuffles), 4),
        "wall_millis": round(statistics.median(wall), 4),
        "samples_per_second": round(1e3 * program.EPOCHS * rows / statistics.median(wall)),
        "off_first_way": difference,
        "prepared_seconds": round(prepared, 1),
        "device": torch.cuda.get_device_name(),
        "torch": torch.__version__,
    }
    return line, parameters


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="8192,65536", help="of the rollout, with commas")
    parser.add_argument("--ways", default=",".join(WAYS), help="of " + ", ".join(WAYS))
    parser.add_argument("--seconds", type=float, default=2, help="how long each is measured")
    args = parser.parse_args()
    if not torch.cuda.is_available():
        die(f"PyTorch {torch.__version__} finds no GPU here")
    torch.backends.cuda.matmul.allow_tf32 = False
    failed = False
    expected = {}  # parameters by rows, of the first way that could be done
    for way in args.ways.split(","):
        for rows in map(int, args.rows.split(",")):
            try:
                line, parameters = result(way, rows, args.seconds, expected.get(rows))
                expected.setdefault(rows, parameters)
            except Exception as error:  # one way that this PyTorch cannot do leaves the others
                failed = True
                line = {"way": way, "rows": rows, "error": " ".join(str(error).split())[:300]}
            print(json.dumps(line), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
