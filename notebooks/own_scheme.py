"""A scheme of one's own, for the seventh notebook: `python3 own_scheme.py` writes `particles/*-try.npz` (needs numpy alone).

It follows `grids/gaussian-repulsion.json`: F = 0.1 x^2, and particles that repel each other by K. The first try has a mistake.
"""

from pathlib import Path

import numpy

ALPHA, ELL, DT = 2.0, 0.6, 0.02
TIMES = [0.5, 1.0, 2.0]
N, REPLICAS = 200, 40


def potential_and_slope(x, share):
    """V and its derivative at the particles x[particle]: F + the mean over all particles of K, times share."""
    distance = x[:, None] - x[None, :]
    K = numpy.exp(-(distance**2) / (2 * ELL**2))
    V = 0.1 * x**2 + share * K.mean(axis=1)
    slope = 0.2 * x - share * (distance / ELL**2 * K).mean(axis=1)
    return V, slope


def step(x, share, random):
    """One step of length DT: a move down V, then births and deaths at rate alpha |V - its mean|."""
    n = len(x)
    x -= DT * potential_and_slope(x, share)[1]
    V = potential_and_slope(x, share)[0]
    excess = V - V.mean()
    happens = random.random(n) < 1 - numpy.exp(-ALPHA * numpy.abs(excess) * DT)
    for particle in random.permutation(numpy.flatnonzero(happens)):
        other = random.integers(n)
        if excess[particle] > 0:
            x[particle] = x[other]  # it dies, and any other takes its place
        else:
            x[other] = x[particle]  # it is copied over any other


def simulate(share, random):
    x = random.normal(0.4, 0.5, N)
    recorded = []
    for k in range(1, round(TIMES[-1] / DT) + 1):
        step(x, share, random)
        if any(abs(k * DT - time) < DT / 2 for time in TIMES):
            recorded.append(x.copy())
    return numpy.stack(recorded)[..., None]  # [snapshot, particle, variable]


folder = Path(__file__).parent / "particles"
folder.mkdir(exist_ok=True)
# The energy has half the mean of K, since it counts every pair twice. V, its derivative, has all of it: the first try took the half.
for name, share in [("first-try", 0.5), ("second-try", 1.0)]:
    theta = numpy.stack([simulate(share, numpy.random.default_rng(seed)) for seed in range(REPLICAS)])
    # Ten binary digits after the point are far below the noise, and keep the file small.
    theta = (numpy.round(theta * 1024) / 1024).astype("float32")
    numpy.savez_compressed(folder / f"{name}.npz", theta=theta, time=TIMES, dt=DT)
