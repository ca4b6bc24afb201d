"""``aicapex calc``: one formula a line in, one result a line out, the same as LibreOffice computes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.commands.calc import shown
from tests.addin.command_line import refusal, run
from tests.libreoffice import ArrayFormula, LibreOffice
from udfs import ExcelError

# Ordinary formulas of people who use spreadsheets, without functions of ours.
ORDINARY = [
    "=1+2*3", "=-2^2", "=2^-1", "=10%", "=50%*200", "=(1+0.1)^10", "=7/3", "=1/3", "=0.1+0.2", "=1E+300*10", "=1e-5",
    "=-0", "=5-5", '="a"&"b"', '="it""s"', '=1&"x"', "=1=1", '="A"="a"', "=2>3", "=TRUE", "=NOT(TRUE)", "=AND(1,0)",
    "=IF(2>1,10,20)", '=IF(FALSE,1,"no")', "=SUM({1,2;3,4})", "=AVERAGE(1,2,4)", "=MAX({3,9,4})", "=MEDIAN(1,5,2,8)",
    "=COUNT({1,2,3})", "=STDEV({1,2,3,4})", "=PRODUCT(2,3,4)", "=SUMPRODUCT({1,2,3},{4,5,6})", "=ROUND(2.345,2)",
    "=ROUND(-2.5,0)", "=ROUNDUP(1.01,0)", "=ROUNDDOWN(-1.9,0)", "=INT(-1.5)", "=TRUNC(-1.5)", "=MOD(-3,2)", "=ABS(-7)",
    "=SQRT(2)", "=EXP(1)", "=LN(10)", "=LOG10(1000)", "=LOG(8,2)", "=PI()", "=POWER(2,0.5)", "=SIGN(-3)", "=FACT(10)",
    "=NPV(0.1,{100;200})", "=NPV(0.13,10,20,30)", "=IRR({-100,60,60})", "=PMT(0.05,10,1000)", "=PV(0.08,5,-100)",
    "=FV(0.06,10,-100,-1000)", "=RATE(10,-150,1000)", "=NPER(0.05,-100,1000)", "=SLN(1000,100,5)",
    "=SYD(1000,100,5,2)", "=DDB(1000,100,5,2)", "=DB(1000,100,5,2)", "=EFFECT(0.1,12)", "=IPMT(0.1,1,3,1000)",
    "=DATE(2024,6,20)", "=YEAR(DATE(2024,6,20))", "=EDATE(DATE(2024,1,31),1)", "=LEN(\"abc\")", '=UPPER("abc")',
    '=LEFT("abcdef",3)', '=MID("abcdef",2,3)', '=TEXT(0.256,"0.0%")', '=TEXT(1234.5,"#,##0.00")', '=VALUE("1.5")',
    "=CHOOSE(2,10,20,30)", "=INDEX({1,2;3,4},2,1)", "=MATCH(3,{1,2,3},0)", "=VLOOKUP(2,{1,10;2,20},2,FALSE)",
    '=IFERROR(1/0,"none")', "=ISERROR(1/0)", "=ISNUMBER(1)", "=1/0", "=NA()", "=SQRT(-1)", "=LN(0)", '=1+"x"',
    "=NOSUCH(1)", "=MATCH(9,{1,2,3},0)", "=\"\"", '=""""',
]  # fmt: skip
TABLES = {
    "={1,2;3,4}*10": (2, 2),
    "=TRANSPOSE({1,2,3})": (3, 1),
    "={1,2,3}+{10;20}": (2, 3),
    '={"a","b""c"}&"x"': (1, 2),
    "=MMULT({1,2;3,4},{5;6})": (2, 1),
    "=1/{1,0,4}": (1, 3),
}


def as_printed(value: object) -> str:
    """What the command shall print for a value that LibreOffice computed."""
    if isinstance(value, list):
        return "{" + ";".join(",".join(as_constant(cell) for cell in row) for row in value) + "}"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.17g}" if isinstance(value, float) else str(value)


def as_constant(value: object) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else as_printed(value)


def same(ours: str, theirs: str) -> bool:
    try:
        return float(ours) == pytest.approx(float(theirs), rel=1e-12, abs=1e-300)
    except ValueError:
        return ours == theirs


def test_ordinary_formulas_give_what_libreoffice_gives(libreoffice: LibreOffice, tmp_path: Path) -> None:
    done = run("calc", "-f", "-", cwd=tmp_path, input="\n".join(ORDINARY) + "\n")
    assert (done.returncode, done.stderr) == (0, "")
    ours = done.stdout.removesuffix("\n").split("\n")
    theirs = [as_printed(value) for value in libreoffice.calculate(ORDINARY)]
    differing = [
        (formula, mine, other)
        for formula, mine, other in zip(ORDINARY, ours, theirs, strict=True)
        if not same(mine, other)
    ]
    assert not differing


def test_tables_are_array_constants(libreoffice: LibreOffice, tmp_path: Path) -> None:
    done = run("calc", *TABLES, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    formulas = [ArrayFormula(text, rows, columns) for text, (rows, columns) in TABLES.items()]
    theirs = [as_printed(value) for value in libreoffice.calculate(formulas)]
    assert done.stdout.splitlines() == theirs
    # They can be put into the next formula as they are.
    again = run("calc", *[f"={table}" for table in theirs], cwd=tmp_path)
    assert again.stdout == done.stdout


def test_our_functions_among_excels(tmp_path: Path) -> None:
    done = run("calc", "=AIGAP(50e9,2,0.5,75e9)", "=NPV(0.1,{100;200})+AIGAP(1,2,0.5)", "=AIGAP({1;2},2)", cwd=tmp_path)
    # 100/1.1 + 200/1.21 + 4, to the last digit of a double
    assert done.stdout == "125000000000\n260.198347107438\n{4;8}\n"
    assert float(done.stdout.splitlines()[1]) == pytest.approx(100 / 1.1 + 200 / 1.21 + 4, rel=1e-15)


def test_every_digit_is_printed(tmp_path: Path) -> None:
    done = run("calc", "=1/3", "=0.1+0.2", "=2^60", "=1e15", "=-1e16", "=1e21", cwd=tmp_path)
    assert [float(line) for line in done.stdout.splitlines()] == [1 / 3, 0.1 + 0.2, 2**60, 1e15, -1e16, 1e21]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive(value: float) -> None:
    assert float(shown(value)) == value
    assert not shown(value).endswith(".0")
    assert shown(value) != "-0"


@given(st.lists(st.lists(st.text(alphabet='a",;{}\n\r\x85 ', max_size=5), min_size=1, max_size=3), min_size=1))
def test_a_result_is_one_line(table: list[list[str]]) -> None:
    assert "\n" not in shown([list(row) for row in table])
    assert len(shown([list(row) for row in table]).splitlines()) == 1


def test_values_as_cells_show_them() -> None:
    assert [shown(value) for value in (True, False, None, "text", ExcelError.NUM, -0.0, 3.0)] == [
        "TRUE", "FALSE", "", "text", "#NUM!", "0", "3",
    ]  # fmt: skip
    assert shown([[True, ExcelError.NA, 'say "x"'], [1.5, "", None]]) == '{TRUE,#N/A,"say ""x""";1.5,"",}'


def test_a_line_in_is_a_line_out(tmp_path: Path) -> None:
    lines = ["=1+1", "", "=sum(", "   ", "=A1+1", "=1/0", "2*3", '="a"&CHAR(10)&"b"', "=1,5", "# no comment", "=7"]
    (tmp_path / "f.txt").write_text("\n".join(lines) + "\n")
    done = run("calc", "-f", "f.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == "2\n\n\n\n\n#DIV/0!\n6\na b\n\n\n7\n"
    told = done.stderr.splitlines()
    assert [line.partition(": ")[2].partition(": ")[0] for line in told] == [
        "f.txt, line 3", "f.txt, line 5", "f.txt, line 9", "f.txt, line 10",
    ]  # fmt: skip
    assert "can't be read: =sum(" in told[0]
    assert "stands in no sheet" in told[1]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_ends_of_lines_and_byte_order_marks(end: str, start: bytes, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_bytes(start + end.join(["=1", '="é\u2028x\x85y"', "=3"]).encode())
    done = run("calc", "-f", "f.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1\né x y\n3\n")


def test_arguments_and_standard_input_fail_alike(tmp_path: Path) -> None:
    done = run("calc", "=1", "=(", "=2", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "1\n\n2\n")
    assert done.stderr.startswith("aicapex: formula 2: ")
    assert done.stderr.count("\n") == 1
    done = run("calc", "-f", "-", cwd=tmp_path, input="=1\n=(\n=2")
    assert (done.returncode, done.stdout) == (2, "1\n\n2\n")
    assert done.stderr.startswith("aicapex: standard input, line 2: ")


def test_formulas_that_start_with_a_minus(tmp_path: Path) -> None:
    assert run("calc", "--", "-1+2", "-AIGAP(1,2)", cwd=tmp_path).stdout == "1\n-4\n"
    assert run("calc", "=-1+2", cwd=tmp_path).stdout == "1\n"
    hint = "No such option '-1'. A formula that starts with a minus is written '=-1+2'. See 'aicapex calc --help'."
    assert refusal("calc", "-1+2", cwd=tmp_path) == hint


REFUSALS = {
    (): "there is nothing to compute. Give a formula, such as '=AIGAP(50e9,2,0.5)', or a file with -f.",
    ("", " "): "there is nothing to compute.",
    ("-f", "empty.txt"): "there is nothing to compute.",
    ("=1", "-f", "f.txt"): "give formulas or a file with -f, not both.",
    ("-f", "no.txt"): "no.txt: can't be read (No such file or directory). Give a text file.",
    ("-f", "folder"): "folder: can't be read (Is a directory). Give a text file.",
    ("-f", "utf16.txt"): "utf16.txt: is not text in UTF-8. Save it as plain text in UTF-8.",
}


@pytest.mark.parametrize(("arguments", "message"), REFUSALS.items(), ids=str)
def test_what_is_refused(arguments: tuple[str, ...], message: str, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("=1\n")
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "utf16.txt").write_text("=1\n", encoding="utf-16")
    (tmp_path / "folder").mkdir()
    assert refusal("calc", *arguments, cwd=tmp_path).startswith(message)


NO_FORMULAS = [
    "=", "=sum(", "=1+", "=(1", "=1)", "=)", "={1,2", "={1,2;3}", '="a', "=1;2", "=A1", "=Sheet1!A1", "=[1]Book!A1",
    "=1 2", "=,", "=@", "==1=", "=" + "(" * 5000 + "1" + ")" * 5000,
]  # fmt: skip


def test_what_is_no_formula_is_told_and_computed_no_further(tmp_path: Path) -> None:
    done = run("calc", "-f", "-", cwd=tmp_path, input="\n".join(NO_FORMULAS))
    assert done.stdout == "\n" * len(NO_FORMULAS)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("aicapex: standard input, line ")]
    assert len(told) == len(NO_FORMULAS) == len(done.stderr.splitlines())


def test_messages_speak_of_the_formula_and_not_of_the_parser(tmp_path: Path) -> None:
    done = run("calc", '=SUM("é";1)', "=AIGAP(1,2", "=1 2", cwd=tmp_path)
    start = "aicapex: formula {}: The formula can't be read: {} ({}). Correct it."
    assert done.stderr.splitlines() == [
        start.format(1, '=SUM("é";1)', "';' is out of place; a comma separates arguments"),
        start.format(2, "=AIGAP(1,2", "Unmatched opening parenthesis or bracket"),
        start.format(3, "=1 2", "'2' is out of place"),
    ]


def test_text_leaves_as_it_came(tmp_path: Path) -> None:
    formula = '="été → 中"'
    assert run("calc", formula, cwd=tmp_path).stdout == "été → 中\n"
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    assert run("calc", formula, cwd=tmp_path, env=environment, encoding="latin-1").stdout == "été \\u2192 \\u4e2d\n"
