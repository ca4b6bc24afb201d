"""Run all benchmarks and print their tables."""

from __future__ import annotations

import platform
from importlib.metadata import version

from rich.console import Console

from benchmarks import batch, calc, core, excel_call, foreign, linting, recalculation, scenarios, startup


def main() -> None:
    """Print the machine, then each table."""
    packages = ", ".join(
        f"{name} {version(name)}"
        for name in ("formualizer", "formulas", "ironcalc", "xlwings", "openpyxl", "numpy", "scipy")
    )
    Console(width=120).print(f"{platform.platform()}, Python {platform.python_version()}, {packages}\n")
    for part in (startup, core, recalculation, scenarios, batch, excel_call, calc, foreign, linting):
        part.main()
        Console(width=120).print()


if __name__ == "__main__":
    main()
