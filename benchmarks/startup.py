"""How long a person, or a cell, waits for the first answer: whole processes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

RUNS = 7
COMMANDS = {
    "python, nothing imported": [sys.executable, "-c", "pass"],
    "import udfs": [sys.executable, "-c", "import udfs"],
    "import xlwings": [sys.executable, "-c", "import xlwings"],
    "aicapex --help": [sys.executable, "-m", "addin", "--help"],
    'aicapex calc "=AIGAP(50e9,2,0.5)"': [sys.executable, "-m", "addin", "calc", "=AIGAP(50e9,2,0.5)"],
    "aicapex report": [
        sys.executable,
        "-m",
        "addin",
        "report",
        "-o",
        str(Path(tempfile.gettempdir()) / "aicapex-bench.xlsx"),
    ],
}


def main() -> None:
    """Print the table."""
    table = Table(title=f"Start to end of a process, milliseconds (median of {RUNS})")
    table.add_column("what")
    table.add_column("ms", justify="right")
    for name, command in COMMANDS.items():
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            times.append(time.perf_counter() - start)
        table.add_row(name, f"{statistics.median(times) * 1e3:,.0f}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
