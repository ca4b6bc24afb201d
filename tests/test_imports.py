"""Rooms and what they may know: imports go one way, and the functions run where nothing but Python is installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("udfs", "workbooks", "addin")
MAY_IMPORT = {"udfs": {"udfs"}, "workbooks": {"udfs", "workbooks"}, "addin": set(ROOMS)}

# What each room may use from outside the standard library, anywhere; udfs only inside functions.
OUTSIDE = {"udfs": {"numpy", "pyxirr"}}
HEAVY = ("numpy", "pandas", "xlwings", "openpyxl", "pyxirr", "formualizer", "click", "rich")

modules = pytest.mark.parametrize(
    "path",
    [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)


def imported(tree: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the first part of every imported module's name, and the statement."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0], node
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").partition(".")[0], node


def at_import(tree: ast.Module) -> set[str]:
    """Return what is imported when the module is, types of a type checker aside."""
    found: set[str] = set()
    statements: list[ast.stmt] = list(tree.body)
    while statements:
        statement = statements.pop()
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            statements += statement.orelse
        elif isinstance(statement, (ast.If, ast.Try, ast.With, ast.ClassDef)):
            statements += [child for child in ast.walk(statement) if isinstance(child, (ast.Import, ast.ImportFrom))]
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            found |= {name for name, _ in imported(statement)}
    return found


@modules
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    for name, statement in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert name not in {*ROOMS, "tests", "benchmarks"} - MAY_IMPORT[room], f"line {statement.lineno} imports {name}"
        if room in OUTSIDE and name not in ROOMS:
            assert name in sys.stdlib_module_names | OUTSIDE[room], f"line {statement.lineno} imports {name}"


@modules
def test_functions_import_nothing_but_the_standard_library_at_first(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] == "udfs":
        assert at_import(ast.parse(path.read_text(encoding="utf-8"))) <= sys.stdlib_module_names | {"udfs"}


def run(code: str) -> str:
    """Run code in a Python of its own, in a folder where only the rooms can be found."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_udfs_loads_no_library() -> None:
    loaded = run("import sys, udfs; udfs.call('AIGAP', 50e9); print(*sys.modules)").split()
    assert "udfs" in loaded
    assert not {name.partition(".")[0] for name in loaded} & {*HEAVY, "workbooks", "addin"}


def test_everything_but_arrays_runs_without_any_library() -> None:
    """A browser's Python and LibreOffice's own have neither NumPy nor pyxirr."""
    output = run(
        f"""
import sys
for name in {HEAVY!r}:
    sys.modules[name] = None  # importing it fails
import udfs
from udfs import FUNCTIONS, OMITTED, call
print(call("AIGAP", 50e9, 2, 0.5, 75e9))
print(call("AIGAP", [[50e9], [None], ["x"]], [[1, 0]]))
print(call("AIGAP", [[50e9]] * 600)[599])
print(round(call("PAYBACK", 1000, [[300, 400, 500, 200]], 0.1), 9))
print(call("PAYBACK", 100, 25))
print(round(call("CLUSTERIRR", 100, [[60, 60]]), 9))
print(call("CLUSTERIRR", 100, [[-10, 250, -10]]))
print(FUNCTIONS["AIGAP"].formula("A1").text)
for function in FUNCTIONS.values():
    for example in function.examples:
        result = call(function.name, *example.arguments)
        assert type(result) is type(example.result), (function.name, result, example.result)
        if isinstance(result, float):
            assert abs(result - example.result) <= 1e-9 * abs(example.result), (function.name, result)
"""
    )
    assert output.splitlines() == [
        "125000000000.0",
        "[[100000000000.0, <ExcelError.NUM: '#NUM!'>], [0.0, <ExcelError.NUM: '#NUM!'>], "
        "[<ExcelError.VALUE: '#VALUE!'>, <ExcelError.VALUE: '#VALUE!'>]]",
        "[200000000000.0]",
        "3.154",
        "4.0",
        "0.130662386",
        "#NUM!",
        "A1*2/(1-0.5)",
    ]


@pytest.mark.parametrize("name", ["workbooks", "workbooks.model", "addin.cli"])
def test_commands_start_without_pandas(name: str) -> None:
    """The command must answer at once; pandas alone takes half a second."""
    assert "pandas" not in run(f"import sys, {name}; print(*sys.modules)").split()
