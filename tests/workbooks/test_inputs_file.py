"""Tables of scenarios as people really save them: what is read, and what is refused in which words."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.libreoffice import LibreOffice
from tests.plain_user import as_plain_user, shared_folder
from workbooks.capex_model import CAPEX_MODEL
from workbooks.inputs_file import EXAMPLE, MOST_SCENARIOS, InputsError, read_scenarios
from workbooks.model import Scenario

BASE = CAPEX_MODEL.scenarios[0].values
Save = Callable[..., Path]


@pytest.fixture
def csv(tmp_path: Path) -> Save:
    """Save a text as plan.csv, in UTF-8 unless told otherwise."""

    def save(text: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "plan.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return save


@pytest.fixture
def xlsx(tmp_path: Path) -> Save:
    """Save rows, from A1 on, as plan.xlsx."""

    def save(*rows: list[Any], title: str = "Plan") -> Path:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = title
        for row in rows:
            sheet.append(row)
        path = tmp_path / "plan.xlsx"
        book.save(path)
        return path

    return save


def read(path: Path) -> list[Scenario]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would be a second line on the screen
        return read_scenarios(path, CAPEX_MODEL)


def given_values(path: Path) -> dict[str, dict[str, float]]:
    """Scenario -> the inputs that differ from the base case."""
    return {one.name: {name: value for name, value in one.values.items() if value != BASE[name]} for one in read(path)}


def refusal(path: Path) -> str:
    """The message without the folder that the test happens to stand in."""
    with pytest.raises(InputsError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(f"{path.parent}/")


def test_the_example_of_the_help(csv: Save) -> None:
    assert given_values(csv(EXAMPLE)) == {
        "Cautious": {},  # David Cahn's figures of 2023, which are the base case
        "Bold": {"gpu": 250e9, "margin": 0.6, "revenue": 400e9},
    }


def test_every_scenario_has_every_input(csv: Save) -> None:
    (one,) = read(csv("scenario,gpu\nA,1e9\n"))
    assert set(one.values) == {item.name for item in CAPEX_MODEL.inputs}


# What is the same table in other clothes. margin 0.125 and gpu 60e9 differ from the base case.
SAME = {"A": {"gpu": 60e9, "margin": 0.125}, "B": {"mult": 2.5}}


@pytest.mark.parametrize(
    "text",
    [
        "scenario,gpu,mult,margin\nA,60e9,2,0.125\nB,,2.5,\n",
        "scenario,gpu,mult,margin\r\nA,60e9,2,0.125\r\nB,,2.5,\r\n",
        "scenario,gpu,mult,margin\rA,60e9,2,0.125\rB,,2.5,\r",
        "\ufeffscenario,gpu,mult,margin\nA,60e9,2,0.125\nB,,2.5,",
        "scenario;gpu;mult;margin\nA;60000000000;2;0,125\nB;;2,5;\n",
        "\ufeffscenario;gpu;mult;margin\r\nA;6E+10;2;12,5%\r\nB;;2,5;\r\n",
        "scenario;gpu;mult;margin\nA;60.000.000.000;2,0;0,125\nB;;2,5;\n",
        "scenario;gpu;mult;margin\nA;60_000_000_000;2;0,125\nB;;2,5;\n".replace("_", "\N{NARROW NO-BREAK SPACE}"),
        'scenario,gpu,mult,margin\nA,"$60,000,000,000",2,12.5%\nB,,2.5,\n',
        "margin,mult,gpu,scenario\n.125,2.,60e9,A\n,2.5,,B\n",
        "Scenario , GPU,  Mult,MARGIN\n A , 60e9, 2, 0.125\n B ,,2.5,\n",
        "scenario,gpu,mult,margin,,\nA,60e9,2,0.125,,\nB,,2.5,,,\n,,,,,\n,,,,,\n",
        "\n\n,,,\nscenario,gpu,mult,margin\n\nA,60e9,2,0.125\n , , , \nB,,2.5\n\n\n",
        '"scenario","gpu","mult","margin"\n"A","60e9","2","0.125"\n"B","","2.5",""\n',
    ],
)  # fmt: skip
def test_the_same_table_in_many_clothes(csv: Save, text: str) -> None:
    assert given_values(csv(text)) == SAME


def test_columns_are_called_as_people_write_them(csv: Save) -> None:
    assert given_values(csv("SCENARIO,Useful Life,GPU-Price,gpu_power\nA,6,40000,1.5\n")) == {
        "A": {"useful_life": 6.0, "gpu_price": 40_000.0, "gpu_power": 1.5}
    }


def test_workbooks(xlsx: Save) -> None:
    header = [None, "Scenario", "gpu", "mult", "margin", None]
    path = xlsx([], [], header, [None, "A", 60e9, "2", "12.5%"], [], [None, "B", None, 2.5, " "], [None] * 6)
    assert given_values(path) == SAME


def test_the_first_sheet_is_read(xlsx: Save) -> None:
    path = xlsx(["scenario", "gpu"], ["A", 1e9])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Other").append(["nothing", "of", "use"])
    book.active = 1
    book.save(path)
    assert given_values(path) == {"A": {"gpu": 1e9}}


def test_a_first_sheet_without_a_table_is_named(xlsx: Save) -> None:
    path = xlsx(title="Cover")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Plan").append(["scenario", "gpu"])
    book.save(path)
    assert refusal(path).startswith("plan.xlsx, sheet 'Cover': is empty. Write a header row")


def test_rows_without_a_name_are_named_after_the_file(csv: Save) -> None:
    assert [one.name for one in read(csv("gpu\n1e9\n"))] == ["plan"]
    assert [one.name for one in read(csv("gpu\n1e9\n\n2e9\n"))] == ["plan 1", "plan 2"]
    assert [one.name for one in read(csv("scenario,gpu\nA,1e9\n,2e9\n"))] == ["A", "plan 2"]


def test_a_row_named_like_a_scenario_of_the_model_changes_that_one(csv: Save) -> None:
    own = CAPEX_MODEL.scenarios[1]
    (changed,) = read(csv(f"scenario,revenue\n{own.name.upper()},120e9\n"))
    assert changed == Scenario(own.name, {**own.values, "revenue": 120e9})


@pytest.mark.parametrize("number", [2024, 7.5])
def test_a_number_may_be_a_name(xlsx: Save, number: float) -> None:
    assert [one.name for one in read(xlsx(["scenario", "gpu"], [number, 1e9]))] == [str(number)]


def test_names_stay_as_they_are(csv: Save) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "@SUM(1)", "it's", "<b>&", "[red]x[/]", "{gpu}", "%s", "#N/A", "été 中 😀"]
    assert [one.name for one in read(csv("scenario,gpu\n" + "".join(f"{name},1e9\n" for name in names)))] == names
    assert read(csv('scenario,gpu\n"say ""a, b""",1e9\n'))[0].name == 'say "a, b"'


def test_sixty_scenarios(csv: Save) -> None:
    path = csv("scenario,gpu\n" + "".join(f"S{n},{n}e9\n" for n in range(1, 61)))
    assert given_values(path) == {f"S{n}": {"gpu": n * 1e9} if n != 50 else {} for n in range(1, 61)}


def test_too_many_scenarios(csv: Save) -> None:
    path = csv("gpu\n" + "1e9\n" * (MOST_SCENARIOS + 1))
    assert "has more than 1,000 scenarios, the most that a workbook sets side by side. Split" in refusal(path)


CSV_REFUSALS = {
    # files
    "": "plan.csv: is empty. Write a header row",
    "\n\n": "plan.csv: is empty. Write a header row",
    ",,\n,,\n": "plan.csv: is empty. Write a header row",
    "scenario,gpu\n": "plan.csv: has a header but no row under it. Add a row per scenario.",
    "scenario,gpu\n,\n": "plan.csv: has a header but no row under it.",
    "scenario,gpu\nA,1e9\nB,2e9,3\n": "plan.csv, row 3: has 3 cells, and the header has 2.",
    # a decimal comma between commas must never become another column's value
    "scenario,gpu,mult\nA,60e9,2,5\n": "plan.csv, row 2: has 4 cells, and the header has 3. Put a number",
    "\n\nscenario,gpu,mult\nA,60e9,2,5\n": "plan.csv, row 4: has 4 cells",
    'scenario,gpu\n"A,1e9\n': "plan.csv: can't be read as a table (",
    # columns
    "scenario,gpuu\nA,1\n": "plan.csv, row 1: no input is called 'gpuu'. Did you mean 'gpu'?",
    "scenario,marign\nA,1\n": "plan.csv, row 1: no input is called 'marign'. Did you mean 'margin'?",
    "scnario,gpu\nA,1e9\n": "no input is called 'scnario'. Did you mean 'scenario'?",
    "scenario,Discount rate\nA,1\n": "no input is called 'Discount rate'. Did you mean 'hurdle'?",
    "scenario,xyzzy\nA,1\n": "no input is called 'xyzzy'. Inputs are: gpu, mult, margin,",
    "scenario,gpu,GPU\nA,1e9,2e9\n": "plan.csv, row 1: the column 'gpu' is there twice. Remove one.",
    "scenario,A,B\ngpu,1e9,2e9\nmult,2,2\n": "plan.csv: has the inputs below each other. They go side by side",
    "scenario,gpu,gpu\nA,1e9,1e9\n": "plan.csv, row 1: the column 'gpu' is there twice. Remove one.",
    "scenario,gpu,\nA,1e9,\nB,1e9,7\n": "plan.csv, row 3: column C is filled but has no name in row 1.",
    "scenario\nA\n": "plan.csv, row 1: names no input. Inputs are: gpu,",
    "A,B,C\n1,2,3\n": "plan.csv, row 1: no input is called 'A'.",
    "scenario\tgpu\nA\t1e9\n": "plan.csv, row 1: no input is called 'scenario gpu'.",
    # names
    "scenario,gpu\nA,1e9\na ,2e9\n": "plan.csv, row 3: the scenario 'a' is there already, in row 2. Give each its own",
    "scenario,gpu\nplan 2,1e9\n,2e9\n": "plan.csv, row 3: the scenario 'plan 2' is there already, in row 2.",
    f"scenario,gpu\n{'x' * 41},1e9\n": f"row 2, column 'scenario': '{'x' * 41}' is longer than 40 characters.",
    "scenario,gpu\na\x01b,1e9\n": r"row 2, column 'scenario': 'a\x01b' has an invisible character, U+0001.",
    "scenario,gpu\na\u202eb,1e9\n": "has an invisible character, U+202E. Type it again.",
    "scenario,gpu\na\uffffb,1e9\n": "has an invisible character, U+FFFF.",
    "scenario,gpu\nWhat if?,1e9\n": "row 2, column 'scenario': 'What if?' has ? in it, which Excel takes for any text.",
    "scenario,gpu\nB*,1e9\n": "'B*' has * in it",
    "scenario,gpu\n~5% more,1e9\n": "'~5% more' has ~ in it",
    # values
    "scenario,gpu\nA,fifty\n": "plan.csv, row 2, column 'gpu': 'fifty' is not a number. Write it in full, such as 50e9",
    "scenario,gpu\n\n\nA,fifty\n": "plan.csv, row 4, column 'gpu': 'fifty' is not a number.",
    "scenario,gpu\nA,50bn\n": "row 2, column 'gpu': '50bn' is abbreviated. Write it in full",
    "scenario,gpu\nA,€50000\n": "row 2, column 'gpu': '€50000' is not in US dollars. Convert it",
    "scenario,gpu\nA,nan\n": "row 2, column 'gpu': 'nan' is not a number.",
    "scenario,gpu\nA,inf\n": "row 2, column 'gpu': 'inf' is not a number.",
    "scenario,gpu\nA,#N/A\n": "row 2, column 'gpu': '#N/A' is not a number.",
    "scenario,gpu\nA,NULL\n": "row 2, column 'gpu': 'NULL' is not a number.",
    "scenario,gpu\nA,TRUE\n": "row 2, column 'gpu': 'TRUE' is not a number.",
    "scenario,gpu\nA,=1+1\n": "row 2, column 'gpu': '=1+1' is not a number.",
    "scenario,margin\nA,50\n": "plan.csv, row 2, column 'margin': '50' is outside 0 to 0.95 (Gross margin of the AI",
    "scenario,margin\nA,-0.1\n": "row 2, column 'margin': '-0.1' is outside 0 to 0.95",
    "scenario,gpu\nA,50\n": "row 2, column 'gpu': '50' is outside 1000 to 1e+13 (GPU spending, $). Correct it.",
    "scenario,useful_life\nA,50%\n": "row 2, column 'useful_life': '50%' is outside 1 to 10",
    "scenario;gpu_power\nA;1.275\n": "row 2, column 'gpu_power': '1.275' could be 1.275 or 1275. Write 1275,",
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), CSV_REFUSALS.items(), ids=lambda text: repr(text)[:40])
def test_what_a_csv_is_refused_for(csv: Save, text: str, message: str) -> None:
    assert message in refusal(csv(text))


@pytest.mark.parametrize(
    "data",
    [
        "scenario,gpu\nA,1e9\n".encode("utf-16"),
        "scenario,gpu\nA,1e9\n".encode("utf-16-le"),
        "scenario,gpu\nRéférence,1e9\n".encode("cp1252"),
        bytes(range(256)),
        b"\x00" * 100,
    ],
)
def test_what_is_no_text(csv: Save, data: bytes) -> None:
    assert refusal(csv(data)) == "plan.csv: is not text in UTF-8. In Excel, save it as 'CSV UTF-8' or as .xlsx."


@given(data=st.binary(max_size=300) | st.text(alphabet='ab,;"\n\r 019.%\ufeff', max_size=60).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_garbage_is_refused_or_read_but_never_raises_otherwise(tmp_path: Path, data: bytes) -> None:
    for name in ("plan.csv", "plan.xlsx"):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InputsError, match=r"plan\.(csv|xlsx)"):
            read(path)


VALUES = {
    True: "row 2, column 'gpu': TRUE is a truth value, not a number. Format the cell as a number and type it again.",
    datetime.datetime(2024, 5, 1): "row 2, column 'gpu': 2024-05-01 00:00:00 is a date or time, not a number.",
    datetime.time(1, 30): "row 2, column 'gpu': 01:30:00 is a date or time, not a number.",
    datetime.timedelta(hours=30): "row 2, column 'gpu': 1 day, 6:00:00 is a date or time, not a number.",
    "#N/A": "row 2, column 'gpu': the cell has an error value, not a number.",
    "fifty": "row 2, column 'gpu': 'fifty' is not a number.",
    "1,275": "row 2, column 'gpu': '1,275' could be 1.275 or 1275.",
    1e14: "row 2, column 'gpu': 100000000000000 is outside 1000 to 1e+13",
    -1.5: "row 2, column 'gpu': -1.5 is outside 1000 to 1e+13",
    "=50*1e9": "cell B2: has a formula, but the file does not hold its result. Open the file in Excel and save it,",
}


@pytest.mark.parametrize(("value", "message"), VALUES.items(), ids=lambda value: str(value)[:30])
def test_what_a_cell_is_refused_for(xlsx: Save, value: Any, message: str) -> None:
    assert refusal(xlsx(["scenario", "gpu"], ["A", value])).startswith(f"plan.xlsx, sheet 'Plan', {message}")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (True, "TRUE is a truth value, not a name. Write it as text."),
        (datetime.datetime(2024, 5, 1), "2024-05-01 00:00:00 is a date or time, not a name."),
        ("#REF!", "the cell has an error value, not a name."),
    ],
)
def test_what_is_no_name(xlsx: Save, name: Any, message: str) -> None:
    message = f"plan.xlsx, sheet 'Plan', row 2, column 'scenario': {message}"
    assert refusal(xlsx(["scenario", "gpu"], [name, 1e9])).startswith(message)


@pytest.mark.parametrize(
    "rows",
    [
        [["scenario", "gpu"], ["A", 1e9], ["B", "=B2*2"]],
        [["scenario", "gpu"], ["A", 1e9], ["=A2", "=B2*2"]],  # a row of nothing else
        [["scenario", "gpu", "=A9"], ["A", 1e9]],
        [["=A9"]],
        [["scenario", "gpu"], ["A", 1e9], [], [], [None, None, "=B2"]],
    ],
)
def test_formulas_without_a_result_are_never_taken_for_empty(xlsx: Save, rows: list[list[Any]]) -> None:
    assert "has a formula, but the file does not hold its result" in refusal(xlsx(*rows))


def test_formulas_that_a_program_has_computed_are_read(xlsx: Save, libreoffice: LibreOffice) -> None:
    path = xlsx(["scenario", "gpu", "margin", "useful_life"], ["A", "=50*1.2e9", "12.5%", None])
    path.write_bytes(libreoffice.convert(path.read_bytes(), "xlsx"))
    assert given_values(path) == {"A": {"gpu": 60e9, "margin": 0.125}}
    path.write_bytes(libreoffice.convert(xlsx(["scenario", "gpu"], ["A", "=1/0"]).read_bytes(), "xlsx"))
    assert "row 2, column 'gpu': the cell has an error value, not a number" in refusal(path)


def test_files_that_are_no_tables(tmp_path: Path, xlsx: Save) -> None:
    whole = xlsx(["scenario", "gpu"], ["A", 1e9]).read_bytes()
    plan = tmp_path / "plan.xlsx"

    def message(data: bytes) -> str:
        plan.write_bytes(data)
        return refusal(plan)

    damaged = "plan.xlsx: is damaged, or is no Excel workbook. Save it again as .xlsx."
    assert message(whole[: len(whole) // 2]) == damaged
    assert message(whole[:-30]) == damaged
    assert message(b"just text") == damaged
    assert message(b"") == "plan.xlsx: is empty. Write a header row with names of inputs, then a row per scenario."
    locked = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1000)  # the container of a workbook with a password
    assert message(locked) == "plan.xlsx: has a password, or is an old .xls. Save it as .xlsx without a password."
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("hello.txt", "a zip, but no workbook")
    assert message(other.getvalue()) == damaged
    for place in range(200, len(whole) - 200, 97):  # damage anywhere is told or does not matter
        plan.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert given_values(plan) == {"A": {"gpu": 1e9}}
        except InputsError as error:
            assert str(error).startswith(str(plan))  # noqa: PT017


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.csv") == "no.csv: there is no such file. Check the folder and the name."
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv") == "folder.csv: is a folder. Name the .csv or .xlsx file in it."
    long = "a" * 300 + ".csv"
    assert (
        refusal(tmp_path / long)
        == f"{long}: can't be read (File name too long). Check the name and that you may read it."
    )
    (tmp_path / "plan.ods").write_bytes(b"x")
    assert (
        refusal(tmp_path / "plan.ods")
        == "plan.ods: is not a .csv, .xlsx or .parquet file. Save the table as one of them."
    )


def test_a_file_that_the_user_may_not_read() -> None:
    with shared_folder() as folder:
        for path in (folder / "plan.csv", folder / "plan.xlsx"):
            path.write_text(EXAMPLE)
            path.chmod(0)
            message = as_plain_user(lambda path=path: refusal(path))
            assert message == (
                f"{path.name}: can't be read (Permission denied). Check the name and that you may read it."
            )
