"""Langevin particles with births and deaths or weights, in NumPy alone: written from the equations, for comparisons with what the library says of them.

usage: python3 langevin.py out.npz '{"kind": "langevin" | "birth-death" | "weighted", "replicas": .., "n": .., "dt": .., "steps": [..], "seed": ..,
                                    "tau": .., "alpha": .., "bandwidth": null | .., "noise": 2, "keep_weights": true}'

F = (x^2 - 1)^2 / 4 + 0.15 x from N(0.1, 0.6^2). `noise` is c of sqrt(c tau dt). theta has the shape [replica, snapshot, particle, 1].
"""

import json
import sys

import numpy as np

out, given = sys.argv[1], json.loads(sys.argv[2])
kind, R, n, dt = given["kind"], given["replicas"], given["n"], given["dt"]
tau, alpha, eps = given["tau"], given["alpha"], given.get("bandwidth")
noise, stops = given.get("noise", 2), given["steps"]
rng = np.random.default_rng(given["seed"])

theta = rng.normal(0.1, 0.6, size=(R, n))
weights = np.full((R, n), 1 / n)


def rate(x, w):
    """V, or V + tau log of the kernel estimate, at the particles of one replica."""
    value = (x**2 - 1) ** 2 / 4 + 0.15 * x
    if eps is None:
        return value
    kernel = np.exp(-((x[:, None] - x[None, :]) ** 2) / (2 * eps**2)) / np.sqrt(2 * np.pi * eps**2)
    return value + tau * np.log(kernel @ w)


def move(x):
    drift = x * (x**2 - 1) + 0.15
    return x - dt * drift + np.sqrt(noise * tau * dt) * rng.normal(size=x.shape)


def kill_or_duplicate(x):
    """Each kills or copies itself with probability 1 - e^{-alpha dt |R - Rbar|}; then uniformly chosen ones go or are copied until n are left."""
    excess = rate(x, np.full(n, 1 / n))
    excess -= excess.mean()
    happens = rng.random(n) < -np.expm1(-alpha * dt * np.abs(excess))
    left = np.concatenate([x[~(happens & (excess > 0))], x[happens & (excess < 0)]])
    if len(left) > n:
        return rng.permutation(left)[:n]
    return np.concatenate([left, left[rng.integers(len(left), size=n - len(left))]])


snapshots, kept = [], []
for step in range(1, stops[-1] + 1):
    if kind == "weighted":
        for r in range(R):
            factor = np.exp(-alpha * dt * rate(theta[r], weights[r]))
            weights[r] = weights[r] * factor / np.sum(weights[r] * factor)
    theta = move(theta)
    if kind == "birth-death":
        for r in range(R):
            theta[r] = kill_or_duplicate(theta[r])
    if step in stops:
        snapshots.append(theta.copy())
        kept.append(weights.copy())

times = [step * dt for step in stops]
arrays = dict(theta=np.stack(snapshots, axis=1)[..., None], time=times, dt=dt)
if kind == "weighted" and given.get("keep_weights", True):
    arrays["weights"] = np.stack(kept, axis=1)
np.savez(out, **arrays)
