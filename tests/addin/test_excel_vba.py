"""The VBA of a template runs: results come through, errors are errors, and never text."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from pyopenvba.interpreter import MISSING, VBAErrorValue

import udfs
from addin.excel import vba
from addin.excel.transport import MARK, NUMBERS
from tests.addin.com import Cells, Excel
from tests.addin.interpreter import Module, Project
from tests.addin.test_excel_calls import EXAMPLES, from_cells, padded, table
from udfs import FUNCTIONS, Definition, Example, ExcelError


@pytest.fixture
def project(excel: Excel) -> Project:
    return Project(excel, *vba.modules("aicapex.xlsm").values())


def in_vba(result: Any) -> Any:
    """Return a boundary's result as VBA shows it; a table of one row has one dimension there."""
    rows = table(result)
    if isinstance(rows, list):
        cells = [[in_vba(cell) for cell in row] for row in rows]
        return cells[0] if len(cells) == 1 else cells
    return ("error", NUMBERS[rows]) if isinstance(rows, ExcelError) else rows


@pytest.mark.parametrize(("definition", "example"), EXAMPLES)
def test_wrappers_give_the_published_results(project: Project, definition: Definition, example: Example) -> None:
    from tests.addin.com import MISSING as BY_COM

    arguments = padded(definition, example.arguments)
    passed = [MISSING if value is BY_COM else value for value in map(from_cells, arguments)]
    assert project.run(definition.name, *passed) == in_vba(udfs.call(definition.name, *arguments))


def test_arguments_left_out_are_left_out(project: Project) -> None:
    assert project.run("AIREVENUE", 50e9) == 200e9
    assert project.run("AIGAP", 50e9, MISSING, MISSING, 75e9) == 125e9


def test_error_results_are_errors_of_excel(project: Project) -> None:
    assert project.run("AIGAP", 50e9, 2.0, 1.0) == ("error", 2036)
    assert project.run("CAPEXINTENSITY", 50e9, 0.0) == ("error", 2007)
    assert project.run("PAYBACK", 100.0, 0.0) == ("error", 2042)
    assert project.run("AIGAP", "fifty", 2.0, 0.5) == ("error", 2015)


@pytest.mark.parametrize(("sent", "number"), NUMBERS.items())
def test_error_arguments_come_back_unchanged(project: Project, sent: ExcelError, number: int) -> None:
    assert project.run("AICAPEX", VBAErrorValue(number), 2.0) == ("error", number)


def test_errors_inside_arrays(project: Project) -> None:
    column = Cells(((50e9,), ("fifty",), (None,)))
    assert project.run("AIREVENUE", column, 2.0, 0.5) == [[200e9], [("error", 2015)], [0.0]]
    row = Cells(((0.0, 0.5, 1.0),))
    assert project.run("AIREVENUE", 50e9, 2.0, row) == [100e9, 200e9, ("error", 2036)]
    grid = project.run("AIREVENUE", column, 2.0, row)
    assert grid[0] == [100e9, 200e9, ("error", 2036)]
    assert grid[1] == [("error", 2015)] * 3


def test_a_failure_in_python_is_an_error_and_never_text(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    project.run("AICAPEX", 1.0)
    functions = sys.modules["addin.excel.functions"]

    def fail(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(functions, "departing", fail)
    assert project.run("AICAPEX", 50e9, 2.0) == ("error", 2015)
    monkeypatch.undo()
    project.bridge.xlwings.broken = True
    assert project.run("AICAPEX", 50e9, 2.0) == ("error", 2015)
    project.bridge.xlwings.broken = False
    project.run("aicapex_check")
    [(_, message, title, _)] = project.interpreter.dialogs
    assert title == "aicapex"
    assert "Python answers: sys.executable" in message
    assert "Last failure: AICAPEX: Could not load xlwings64.dll" in message


def test_the_check_says_why_python_does_not_answer(project: Project) -> None:
    project.bridge.xlwings.broken = True
    project.run("aicapex_check")
    [(_, message, _, _)] = project.interpreter.dialogs
    assert message.startswith("Python does not answer: Could not load xlwings64.dll")


def test_text_that_only_looks_like_an_error_stays_text(excel: Excel) -> None:
    import sys

    project = Project(excel, *vba.modules("aicapex.xlsm").values())
    project.run("AICAPEX", 1.0)
    functions = sys.modules["addin.excel.functions"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(functions.udfs, "call", lambda *_: [["#N/A", MARK + "#N/A"], [ExcelError.NA, "text"]])
        assert project.run("AICAPEX", 1.0) == [["#N/A", "#N/A"], [("error", 2042), "text"]]


def imported(name: str) -> str:
    """Return the module that a person's Import Functions would make: the whole of xlwings' own import, captured."""
    from xlwings import udfs as xlwings_udfs

    made: list[str] = []
    options: dict[str, dict[str, Any]] = {}

    def component(*_: Any) -> None:
        raise xlwings_udfs.pywintypes.com_error

    def keep(path: str) -> None:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            made.append(file.read())

    components = type("Components", (), {"__call__": component, "Remove": component, "Import": staticmethod(keep)})
    application = SimpleNamespace(Version="16.0", MacroOptions=lambda macro, **rest: options.update({macro: rest}))
    book = SimpleNamespace(
        Name=name, Application=application, Worksheets=[], VBProject=SimpleNamespace(VBComponents=components())
    )
    xlwings_udfs.import_udfs("addin.excel.functions", book)
    for function, definition in FUNCTIONS.items():
        known = options[f"'{name}'!{function}"]
        assert known["Description"] == definition.summary
        assert known["Category"] == f"AI capex: {definition.category}"
        assert known["ArgumentDescriptions"] == [parameter.help for parameter in definition.parameters]
    assert len(options) == len(FUNCTIONS)
    return made[0]


@pytest.mark.parametrize("name", ["aicapex.xlsm", "aicapex.xlam"])
def test_the_wrappers_are_what_import_functions_makes(excel: Excel, name: str) -> None:
    ours = vba.modules(name)[vba.WRAPPERS].replace("\r\n", "\n")
    ours = re.sub(r"^Attribute \w+\.VB_.*\n", "", ours, flags=re.MULTILINE)
    theirs = imported(name)
    assert theirs.replace("XLPy.CallUDF(", "CallWithErrors(").replace("Err.Description", "CVErr(2015)") == ours
    assert ("ActiveWorkbook" in ours) == name.endswith(".xlam")


def test_a_later_import_leaves_errors_as_marked_text_where_vba_does_not_find_the_helper(excel: Excel) -> None:
    # The interpreter looks for the function XLPy only, as a VBA would that knew no modules by name.
    project = Project(excel, imported("aicapex.xlsm"))
    project.bridge.known["xlpy"] = project.bridge.xlwings.server
    assert project.run("AIGAP", 50e9, 2.0, 1.0) == MARK + "#NUM!"


def test_a_later_import_calls_the_helper(excel: Excel) -> None:
    project = Project(excel, vba.modules("aicapex.xlsm")[vba.HELPER], imported("aicapex.xlsm"))
    project.bridge.known["xlpy"] = Module(project)
    assert project.run("AIGAP", 50e9, 2.0, 1.0) == ("error", 2036)
    assert project.run("AIGAP", 50e9, 2.0, 0.5) == 200e9
