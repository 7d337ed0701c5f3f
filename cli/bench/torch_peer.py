#!/usr/bin/env python3
"""The benchmark's other side: the same trainings in PyTorch, written as its tutorial writes them.

Reads one JSON object a line and answers each with one:
    {"do": "start", "workload": "W1", "threads": 1, "roundMs": 150, "leastSteps": 1}
                                                                     ->  {"version": "1.13.1", "steps": 500}
    {"do": "round", "workload": "W1"}                                ->  {"seconds": 0.15}
    {"do": "stop"}                                                   ->  {"peakBytes": 210000000}
What is started until a stop runs in a process forked after `import torch`, so that its peak of memory is its own.
"""
import json
import os
import sys
import time

import torch
from torch import nn

N, D_IN, HIDDEN, D_OUT = 64, 1000, 100, 10


def data():
    return torch.randn(N, D_IN), torch.randn(N, D_OUT)


def polynomial():
    """W1 = E03: a sine by a polynomial, with autograd and an update by hand."""
    x = torch.linspace(-torch.pi, torch.pi, 2000)
    y = torch.sin(x)
    a, b, c, d = (torch.randn((), requires_grad=True) for _ in range(4))
    learning_rate = 1e-6

    def step(t):
        nonlocal a, b, c, d
        y_pred = a + b * x + c * x ** 2 + d * x ** 3
        loss = (y_pred - y).pow(2).sum()
        if t % 100 == 99:
            loss.item()
        loss.backward()
        with torch.no_grad():
            a -= learning_rate * a.grad
            b -= learning_rate * b.grad
            c -= learning_rate * c.grad
            d -= learning_rate * d.grad
            a.grad = b.grad = c.grad = d.grad = None

    return step


def network():
    """W2 = E11: the two-layer network, with autograd and an update by hand."""
    x, y = data()
    w1 = torch.randn(D_IN, HIDDEN, requires_grad=True)
    w2 = torch.randn(HIDDEN, D_OUT, requires_grad=True)
    learning_rate = 1e-6

    def step(t):
        nonlocal w1, w2
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        if t % 50 == 49:
            loss.item()
        loss.backward()
        with torch.no_grad():
            w1 -= learning_rate * w1.grad
            w2 -= learning_rate * w2.grad
            w1.grad = w2.grad = None

    return step


def train(model, optimizer, x, y):
    loss_fn = nn.MSELoss(reduction="sum")

    def step(t):
        loss = loss_fn(model(x), y)
        if t % 50 == 49:
            loss.item()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    return step


def network_adam():
    """W2a = E15: the same as a module, trained by Adam."""
    x, y = data()
    model = nn.Sequential(nn.Linear(D_IN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, D_OUT))
    return train(model, torch.optim.Adam(model.parameters(), lr=1e-4), x, y)


class DynamicNet(nn.Module):
    """The middle layer is applied a number of times drawn in each step, or always the same number."""

    def __init__(self, times):
        super().__init__()
        self.input_linear = nn.Linear(D_IN, HIDDEN)
        self.middle_linear = nn.Linear(HIDDEN, HIDDEN)
        self.output_linear = nn.Linear(HIDDEN, D_OUT)
        self.times = times

    def forward(self, x):
        h = self.input_linear(x).clamp(min=0)
        for _ in range(int(torch.randint(0, 4, ())) if self.times is None else self.times):
            h = self.middle_linear(h).clamp(min=0)
        return self.output_linear(h)


def dynamic(times=None):
    """W3 = E17, and W3:k with a fixed number of middle layers."""
    x, y = data()
    model = DynamicNet(times)
    return train(model, torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9), x, y)


WORKLOADS = {
    "W1": polynomial,
    "W2": network,
    "W2a": network_adam,
    "W3": dynamic,
    **{f"W3:k{k}": (lambda k=k: dynamic(k)) for k in range(4)},
}


def answer(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def peak_bytes():
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Training:
    """One workload under way, with the number of steps that take about as long as a round should."""

    def __init__(self, request):
        torch.set_num_threads(request["threads"])
        torch.manual_seed(0)
        self.step, self.done = WORKLOADS[request["workload"]](), 0
        wanted, self.steps = request["roundMs"] / 1000, 10
        seconds = self.run()
        while seconds < wanted / 2:
            self.steps *= 2
            seconds = self.run()
        self.steps = max(request["leastSteps"], round(self.steps * wanted / seconds))

    def run(self):
        start = time.perf_counter()
        for t in range(self.done, self.done + self.steps):
            self.step(t)
        self.done += self.steps
        return time.perf_counter() - start


def serve(request):
    """Answers rounds of the workloads it is told to start, until it is stopped."""
    trainings = {}
    while request["do"] != "stop":
        name = request["workload"]
        if request["do"] == "start":
            trainings[name] = Training(request)
            answer({"version": torch.__version__, "steps": trainings[name].steps})
        else:
            answer({"seconds": trainings[name].run()})
        request = json.loads(sys.stdin.readline())
    answer({"peakBytes": peak_bytes() if os.name != "nt" else None})


def main():
    answer({"version": torch.__version__})
    while True:
        line = sys.stdin.readline()
        if not line:
            return
        request = json.loads(line)
        if not hasattr(os, "fork"):
            serve(request)
            continue
        child = os.fork()
        if child == 0:
            serve(request)
            os._exit(0)
        os.waitpid(child, 0)


main()
