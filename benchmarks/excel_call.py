"""What a call from Excel costs: our functions against functions that do nothing, through xlwings' real call path.

Run ``python -m benchmarks.excel_call``. COM itself is stood in for and takes no time here; on Windows it adds some
milliseconds to every call, the same for each row.
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.addin.com import Cells, Excel, windows

ROWS = 10_000
LIMIT = 1.2  # of a scalar call: the boundary may add a fifth

Results = dict[str, dict[str, float]]


def do_nothing(excel: Excel) -> None:
    """Register functions that hand a number or their argument back: by xlwings' defaults, and read as ours are."""
    func, arg, ret = excel.xlwings.func, excel.xlwings.arg, excel.xlwings.ret
    excel.call("AIREVENUE", 1.0, 2.0, 0.5, 0.0)
    values = sys.modules["addin.excel.functions"].CellValues
    module = sys.modules["do_nothing"] = ModuleType("do_nothing")
    module.__file__ = __file__

    @func
    def DEFAULT(gpu, mult, margin, cloud):
        return gpu

    @func
    @arg("gpu", values)
    @arg("mult", values)
    @arg("margin", values)
    @arg("cloud", values)
    @ret("raw")
    def SAME(gpu, mult, margin, cloud):
        return gpu if isinstance(gpu, tuple) else [[gpu]]

    module.DEFAULT, module.SAME = DEFAULT, SAME  # type: ignore[attr-defined]


def measure(rounds: int = 7) -> Results:
    """Return call -> function -> best time in microseconds."""
    with windows() as excel:
        do_nothing(excel)
        functions: dict[str, Callable[..., Any]] = {
            "do-nothing xw.func": lambda *given: excel.call("DEFAULT", *given, module="do_nothing"),
            "do-nothing, read as ours": lambda *given: excel.call("SAME", *given, module="do_nothing"),
            "AIREVENUE": lambda *given: excel.call("AIREVENUE", *given),
        }
        column = Cells(tuple((float(row),) for row in range(ROWS)))
        calls = {
            "four numbers": (2000, (50e9, 2.0, 0.5, 0.0)),
            "four cells": (2000, tuple(map(Cells, (50e9, 2.0, 0.5, 0.0)))),
            f"a column of {ROWS:,} cells": (5, (column, 2.0, 0.5, 0.0)),
        }
        best: Results = {call: dict.fromkeys(functions, float("inf")) for call in calls}
        for _ in range(rounds):  # taken in turns, so that a busy moment does not fall on one of them alone
            for call, (number, given) in calls.items():
                for name, function in functions.items():
                    took = timeit.timeit(lambda: function(*given), number=number) / number * 1e6  # noqa: B023
                    best[call][name] = min(best[call][name], took)
        return best


def main() -> None:
    """Print the table; end with 1 if the boundary adds more than it may."""
    results = measure()
    table = Table(title="One call through xlwings' CallUDF, microseconds (best of 7)")
    table.add_column("call")
    for name in results["four numbers"]:
        table.add_column(name, justify="right")
    table.add_column("over do-nothing", justify="right")
    table.add_column("over the same reading", justify="right")
    for call, times in results.items():
        plain, same, ours = times.values()
        shown = [f"{took:,.1f}" for took in times.values()]
        table.add_row(call, *shown, f"{ours / plain - 1:+.0%}", f"{ours / same - 1:+.0%}")
    Console(width=120).print(table)
    scalar = results["four numbers"]
    if scalar["AIREVENUE"] > LIMIT * scalar["do-nothing, read as ours"]:
        sys.exit(f"the boundary adds more than {LIMIT - 1:.0%} to a scalar call")


if __name__ == "__main__":
    main()
