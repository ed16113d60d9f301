"""Particles of a scheme of one's own, for the second notebook: `python3 particles.py` writes `particles/*.npz` (needs numpy alone).

Births and deaths for half a step before each move and for half a step after it, on the double well of `grids/double-well.json`.
`forgetful` leaves out the second half: the kind of mistake that a plot of one run does not show.
"""

from pathlib import Path

import numpy

ALPHA, TILT, DT = 4.0, 0.15, 0.01
TIMES = [0.5, 1.0]
SIZES = {50: 120, 200: 60, 800: 40}  # particles: replicas


def potential(x):
    return 0.25 * (x**2 - 1) ** 2 + TILT * x


def slope(x):
    return x * (x**2 - 1) + TILT


def give_birth_and_death(x, duration, random):
    """Changes replicas [replica, particle] by births and deaths of this duration.

    A particle above the mean of V dies at rate alpha (V - mean) and any other takes its place; one below it is copied over any other.
    """
    replicas, n = x.shape
    V = potential(x)
    excess = V - V.mean(axis=1, keepdims=True)
    happens = random.random(x.shape) < 1 - numpy.exp(-ALPHA * numpy.abs(excess) * duration)
    for dies in [True, False]:
        replica, particle = numpy.nonzero(happens & ((excess > 0) == dies))
        other = random.integers(n, size=len(particle))
        lost, kept = (particle, other) if dies else (other, particle)
        x[replica, lost] = x[replica, kept]


def simulate(n, replicas, forgetful, random):
    x = random.normal(0.1, 0.6, (replicas, n))
    recorded = []
    for step in range(1, round(TIMES[-1] / DT) + 1):
        give_birth_and_death(x, DT / 2, random)
        x -= DT * slope(x)
        if not forgetful:
            give_birth_and_death(x, DT / 2, random)
        if any(abs(step * DT - time) < DT / 2 for time in TIMES):
            recorded.append(x.copy())
    return numpy.stack(recorded, axis=1)[..., None]  # [replica, snapshot, particle, variable]


folder = Path(__file__).parent / "particles"
folder.mkdir(exist_ok=True)
for name, forgetful in [("own", False), ("forgetful", True)]:
    for n, replicas in SIZES.items():
        theta = simulate(n, replicas, forgetful, numpy.random.default_rng([n, forgetful]))
        # Ten binary digits after the point are far below the noise, and keep the file small.
        theta = (numpy.round(theta * 1024) / 1024).astype("float32")
        numpy.savez_compressed(folder / f"{name}-{n}.npz", theta=theta, time=TIMES, dt=DT)
