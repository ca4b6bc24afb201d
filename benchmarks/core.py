"""What the boundary costs: a call against the plain Python function, a million rows against the bare NumPy expression.

Run ``python -m benchmarks.core``.
"""

from __future__ import annotations

import timeit
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import udfs
from udfs import call

ROUNDS = 9
ROWS = 1_000_000
SCALAR_LIMIT = 10.0  # microseconds
ARRAY_LIMIT = 2.0  # times the bare expression

FLOWS = (30.0, 40.0, 50.0, 20.0, 60.0)
SCALARS: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "AIGAP, four numbers": (
        lambda: udfs.AIGAP(50e9, 2.0, 0.5, 75e9),
        lambda: call("AIGAP", 50e9, 2.0, 0.5, 75e9),
    ),
    "CAPITALCHARGE, three numbers": (
        lambda: udfs.CAPITALCHARGE(1e9, 0.08, 5.0),
        lambda: call("CAPITALCHARGE", 1e9, 0.08, 5.0),
    ),
    "PAYBACK, a row of five flows": (
        lambda: udfs.PAYBACK(100.0, FLOWS, 0.1),
        lambda: call("PAYBACK", 100.0, [list(FLOWS)], 0.1),
    ),
    "CLUSTERIRR, a row of five flows": (
        lambda: udfs.CLUSTERIRR(100.0, FLOWS),
        lambda: call("CLUSTERIRR", 100.0, [list(FLOWS)]),
    ),
}


def in_turns(*functions: Callable[[], Any], number: int) -> list[float]:
    """Return the best time of each in seconds, taken in turns, so that a busy moment does not fall on one alone."""
    best = [float("inf")] * len(functions)
    for _ in range(ROUNDS):
        for place, function in enumerate(functions):
            best[place] = min(best[place], timeit.timeit(function, number=number) / number)
    return best


def columns() -> list[np.ndarray[Any, np.dtype[np.float64]]]:
    """Return a million rows of gpu, mult, margin, revenue and cloud."""
    chance = np.random.default_rng(2023)
    bounds = ((1e9, 1e11), (1, 3), (0, 0.9), (0, 1e11), (0, 0.5))
    return [chance.uniform(low, high, (ROWS, 1)) for low, high in bounds]


def main() -> None:
    """Print both tables."""
    console = Console(width=120)
    table = Table(title=f"One call, microseconds (best of {ROUNDS}; goal: at most {SCALAR_LIMIT:g})")
    for heading in ("call", "plain Python", "udfs.call"):
        table.add_column(heading, justify="left" if heading == "call" else "right")
    for name, pair in SCALARS.items():
        table.add_row(name, *(f"{seconds * 1e6:.1f}" for seconds in in_turns(*pair, number=5000)))
    console.print(table)

    gpu, mult, margin, revenue, cloud = columns()
    spoiled = gpu.copy()
    spoiled[::100] = np.nan
    rows = gpu.tolist()

    def one_array() -> Any:
        return gpu * 2.0 / ((1 - 0.5) * (1 - 0.0)) - 75e9

    def all_arrays() -> Any:
        return gpu * mult / ((1 - margin) * (1 - cloud)) - revenue

    table = Table(
        title=f"AIGAP over {ROWS:,} rows, milliseconds (best of {ROUNDS}; goal: at most {ARRAY_LIMIT:g} times)"
    )
    for heading in ("arguments", "bare NumPy", "udfs.call", "times"):
        table.add_column(heading, justify="left" if heading == "arguments" else "right")
    cases: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "gpu an array": (one_array, lambda: call("AIGAP", gpu, 2.0, 0.5, 75e9)),
        "all five arrays": (all_arrays, lambda: call("AIGAP", gpu, mult, margin, revenue, cloud)),
        "gpu an array, every hundredth no number": (one_array, lambda: call("AIGAP", spoiled, 2.0, 0.5, 75e9)),
        "gpu a nested list": (one_array, lambda: call("AIGAP", rows, 2.0, 0.5, 75e9)),
    }
    for name, pair in cases.items():
        bare, ours = in_turns(*pair, number=2)
        table.add_row(name, f"{bare * 1e3:.1f}", f"{ours * 1e3:.1f}", f"{ours / bare:.1f}")
    console.print(table)


if __name__ == "__main__":
    main()
