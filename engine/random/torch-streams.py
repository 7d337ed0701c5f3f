#!/usr/bin/env python3
"""Writes torch-streams.json: what PyTorch's CPU generator draws, for torch-generator.test.ts, and its linspace, for conformance.

    /usr/bin/python3 engine/random/torch-streams.py > engine/random/torch-streams.json
"""
import json

import torch

LONG = (31, 33, 1000)


def ends(tensor):
    flat = tensor.detach().flatten().tolist()
    return {"count": len(flat), "sum": sum(flat), "first": flat[:16], "last": flat[-20:]}


def streams(seed):
    def fresh():
        torch.manual_seed(seed)
        return torch

    linear = {}
    for features in ((3, 1), (1000, 100)):
        layer = fresh().nn.Linear(*features)
        linear["%d,%d" % features] = {"weight": ends(layer.weight), "bias": ends(layer.bias)}
    mixed = [fresh().randn(3), torch.randn(16), torch.randn(1), torch.randn(1), torch.rand(2), torch.randn(2)]
    return {
        "seed": str(seed),
        "rand": {str(n): ends(fresh().rand(n)) for n in (5, 700)},
        "randn": {str(n): ends(fresh().randn(n)) for n in (1, 2, 3, 15, 16, 17, *LONG)},
        "uniform": [[low, high, ends(fresh().empty(40).uniform_(low, high))] for low, high in ((-0.3, 0.7), (2, 5), (-1e-3, 1e-3))],
        "randint": [[low, high, fresh().randint(low, high, (20,)).tolist()] for low, high in ((0, 10), (4, 7), (-5, 3), (0, 2**31), (0, 2**40))],
        "randperm": {str(n): ends(fresh().randperm(n)) for n in (1, 10, 1000)},
        "mixed": [t.tolist() for t in mixed],
        "linear": linear,
    }


RANGES = ((-torch.pi, torch.pi, 333), (0, 1, 100), (3, -2, 41), (0.1, 0.7, 16), (0, 1, 7))
linspace = [{"start": a, "end": b, "steps": n, "numbers": torch.linspace(a, b, n).tolist()} for a, b, n in RANGES]
print(json.dumps({"torch": torch.__version__, "linspace": linspace, "streams": [streams(s) for s in (0, 1, 7, 123456789, 2**32 + 5, 2**53 + 1, 2**64 - 1, -3)]}))
