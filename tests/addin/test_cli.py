"""The command line as an unforgiving user meets it: start-up, screens, streams, and every kind of bad input."""

from __future__ import annotations

import ast
import os
import resource
import subprocess
import sys
from pathlib import Path

import click
import openpyxl
import pytest

from addin.cli import cli, main
from tests.addin.command_line import AICAPEX, refusal, run, snapshot
from tests.libreoffice import LibreOffice
from tests.tools import validate_package
from workbooks.book import Edition
from workbooks.capex_model import CAPEX_MODEL
from workbooks.editions import build
from workbooks.inputs_file import EXAMPLE

EDITIONS: tuple[Edition, ...] = ("headless", "portable", "report")
COMMANDS = cli.list_commands(click.Context(cli))
HEAVY = {"pandas", "openpyxl", "numpy", "formualizer", "rich", "pyxirr", "xlwings"}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.csv"
    path.write_text(EXAMPLE)
    return path


# Start-up and help


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    probe = (
        "import sys\nfrom addin.cli import main\n"
        f"try:\n    main({arguments!r})\nfinally:\n    print([name for name in sys.modules if '.' not in name])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    loaded = set(ast.literal_eval(done.stdout.splitlines()[-1]))
    assert "click" in loaded  # the list is of that process
    assert not loaded & HEAVY


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_list_says_what_each_does(command: str, tmp_path: Path) -> None:
    listed = run("--help", cwd=tmp_path).stdout
    own = run(command, "--help", cwd=tmp_path).stdout
    assert f"\n  {command} " in listed
    assert own.startswith(f"Usage: aicapex {command} ")
    assert max(map(len, own.splitlines())) <= 80
    assert "\\b" not in own


@pytest.mark.parametrize("command", ["report", "build", "template"])
def test_help_shows_a_table_of_inputs_that_works(command: str, tmp_path: Path) -> None:
    lines = run(command, "--help", cwd=tmp_path).stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip().startswith("scenario,"))
    shown = "\n".join(line.strip() for line in lines[start : start + 3]) + "\n"
    assert shown == EXAMPLE
    text = " ".join(" ".join(lines).split())
    assert all(item.name in text for item in CAPEX_MODEL.inputs)


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    assert run(cwd=tmp_path).stdout == run("--help", cwd=tmp_path).stdout == run("-h", cwd=tmp_path).stdout


# report and build


def test_report_writes_into_the_current_folder(tmp_path: Path) -> None:
    done = run("report", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("aicapex-report.xlsx written\n")
    assert snapshot(tmp_path) == {"aicapex-report.xlsx": build(CAPEX_MODEL, "report")}


@pytest.mark.parametrize("edition", EDITIONS)
def test_build_writes_the_edition(edition: Edition, plan: Path) -> None:
    done = run("build", "m.xlsx", "--edition", edition, "--scenario", "cahn  2024", cwd=plan.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"m.xlsx written: {edition} edition\n", "")
    assert (plan.parent / "m.xlsx").read_bytes() == build(CAPEX_MODEL, edition, "Cahn 2024")


def table_on(screen: str) -> dict[str, list[str]]:
    """Return label -> figures of a printed table, with "Figure" -> the names in its header."""
    lines = screen.splitlines()
    header = [[cell.strip() for cell in line.split("┃")[1:-1]] for line in lines if line.startswith("┃")]
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if line.startswith("│")]
    rows.append([" ".join(filter(None, cells)) for cells in zip(*header, strict=True)])
    return {label: figures for label, *figures in rows}


def test_headline_figures(tmp_path: Path) -> None:
    screen = run("report", cwd=tmp_path).stdout
    table = table_on(screen.partition("└")[0])
    # David Cahn, 2023: $50B of GPUs need $200B of revenue, $125B of it are missing; 2024: $600B and $500B.
    assert table["Figure"] == ["Base case (live)", "Cahn 2023", "Cahn 2024"]
    assert table["GPU spending"][1:] == ["$50.0B", "$150.0B"]
    assert table["Required revenue"][1:] == ["$200.0B", "$600.0B"]
    assert table["Gap"][1:] == ["$125.0B", "$500.0B"]
    assert max(map(len, screen.splitlines())) <= 80


@pytest.mark.parametrize("live", [1, 2])
def test_the_live_scenario_is_marked_in_the_header(live: int, tmp_path: Path) -> None:
    names = [one.name for one in CAPEX_MODEL.scenarios]
    screen = run("report", "--scenario", names[live], cwd=tmp_path).stdout
    marked = [f"{name} (live)" if name == names[live] else name for name in names[:3]]
    assert table_on(screen.partition("└")[0])["Figure"] == marked
    assert f"live scenario: {names[live]}; money in US dollars" in screen
    assert names[live] in [cell.value for cell in openpyxl.load_workbook(tmp_path / "aicapex-report.xlsx")["Cover"][5]]


def test_the_first_of_the_inputs_is_live_unless_told_otherwise(plan: Path) -> None:
    screen = run("report", "--inputs", plan, cwd=plan.parent).stdout
    assert "live scenario: Cautious;" in screen
    screen = run("report", "--inputs", plan, "--scenario", "bold", cwd=plan.parent).stdout
    assert "live scenario: Bold;" in screen
    assert "$250.0B" in screen


def test_sixty_scenarios_stand_in_bands_that_fit(tmp_path: Path) -> None:
    rows = "".join(f"Number {n},{n}e9\n" for n in range(1, 61))
    (tmp_path / "many.csv").write_text(f"scenario,gpu\n{rows}")
    done = run("report", "--inputs", "many.csv", "--scenario", "Number 37", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout
    assert all(f"${n}.0B" in done.stdout for n in range(1, 61))
    sheet = openpyxl.load_workbook(tmp_path / "aicapex-report.xlsx")["Scenarios"]
    spending = next(row for row in sheet.iter_rows(values_only=True) if "GPU spending" in row)
    assert list(spending[8:]) == [n * 1e9 for n in range(1, 61)]
    assert spending[3] == 37e9  # the live one


ODD_NAMES = [
    "=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(1)", "it's", 'say "hi"', "a, b", "<b>&amp;", "[red]x[/]", "[/]", "{gpu}",
    "{s_gap.live}", "%s", "$E$9", "E9", "2024", "1e5", "TRUE", "#N/A", "scenario", "été 中 😀", ":smile:", "\\b",
]  # fmt: skip


def test_odd_names_stay_text(tmp_path: Path, libreoffice: LibreOffice) -> None:
    rows = "".join('"{}",{}e9\n'.format(name.replace('"', '""'), n) for n, name in enumerate(ODD_NAMES, start=1))
    (tmp_path / "odd.csv").write_text(f"scenario,gpu\n{rows}", encoding="utf-8")
    for live in (0, ODD_NAMES.index("TRUE")):
        chosen = ODD_NAMES[live]
        done = run("report", "--inputs", "odd.csv", f"--scenario={chosen}", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), done
        assert f"live scenario: {chosen};" in done.stdout
        run("build", "odd.xlsx", "--edition", "portable", "--inputs", "odd.csv", f"--scenario={chosen}", cwd=tmp_path)
        book = openpyxl.load_workbook(tmp_path / "odd.xlsx")
        names = [cell for cell in book["Inputs"][8] if cell.value in ODD_NAMES]
        assert [cell.value for cell in names] == ODD_NAMES
        assert {cell.data_type for cell in names} == {"s"}
        assert book["Inputs"]["D5"].number_format == "@"  # what is chosen from the list stays text too
        assert validate_package((tmp_path / "odd.xlsx").read_bytes()) == []
        cells = libreoffice.recalculate((tmp_path / "odd.xlsx").read_bytes())
        assert cells["Inputs"]["D5"] == chosen
        assert cells["Inputs"]["D6"] == float(len(CAPEX_MODEL.scenarios) + live)  # in place of "Your own"
        assert cells["Gap"][_value_cell(book["Gap"], "Required revenue")] == pytest.approx((live + 1) * 1e9 * 2 / 0.5)


def _value_cell(sheet: openpyxl.worksheet.worksheet.Worksheet, label: str) -> str:
    return next(f"D{row[0].row}" for row in sheet.iter_rows(min_col=2, max_col=2) if row[0].value == label)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_screens_that_lack_our_characters(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("scenario,gpu\n中é,60e9\n", encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = run("report", "--inputs", "plan.csv", cwd=tmp_path, env=environment, encoding=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "| GPU spending" in done.stdout
    assert "0.38x" in done.stdout
    assert "\\u4e2d" in done.stdout


def test_no_colours_in_a_pipe(tmp_path: Path) -> None:
    for arguments in (["report"], ["functions"], ["functions", "AIGAP"], ["calc", "=1/0"], ["--help"]):
        assert "\x1b" not in run(*arguments, cwd=tmp_path).stdout


@pytest.mark.parametrize(
    "command",
    ["aicapex report", "aicapex functions", "aicapex functions AIGAP", "yes '=1/3' | head -100000 | aicapex calc -f -"],
)
def test_a_reader_that_goes_away(command: str, tmp_path: Path) -> None:
    script = f"PATH={Path(AICAPEX).parent}:$PATH; {command} | head -1"
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
    if "report" in command:
        assert snapshot(tmp_path) == {"aicapex-report.xlsx": build(CAPEX_MODEL, "report")}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_behind_the_output(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run("calc", "=1+1", cwd=tmp_path, stdout=full)
    assert (done.returncode, done.stderr) == (2, "aicapex: stopped: [Errno 28] No space left on device.\n")


def test_a_full_disk_under_the_report(plan: Path) -> None:
    (plan.parent / "a.xlsx").write_bytes(b"old")
    message = refusal(
        "report", "-o", "a.xlsx", cwd=plan.parent,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert "File too large" in message


INTERRUPTED = """
import signal, sys
from addin.cli import cli, main
signal.signal(signal.SIGALRM, signal.default_int_handler)  # what Ctrl+C does, at a moment that we choose
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[1]))
main(["report"])
"""


@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.35])
def test_ctrl_c_leaves_nothing_half_written(seconds: float, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(seconds)], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert snapshot(tmp_path) in ({}, {"aicapex-report.xlsx": build(CAPEX_MODEL, "report")})
    assert (done.returncode, done.stderr.strip()) in ((130, "aicapex: stopped."), (0, ""))


def test_several_at_once_on_one_file(tmp_path: Path) -> None:
    names = [one.name for one in CAPEX_MODEL.scenarios][:3]
    started = [
        subprocess.Popen([AICAPEX, "report", "--scenario", name], cwd=tmp_path, stdout=subprocess.DEVNULL)
        for name in names
    ]
    assert [process.wait(timeout=120) for process in started] == [0, 0, 0]
    (written,) = snapshot(tmp_path).values()
    assert written in [build(CAPEX_MODEL, "report", name) for name in names]


# Bad input. Each leaves the folder, with what is in it, as it was.

USAGE = {
    ("reprot",): "There is no command 'reprot'. There are: report, build, ",
    ("--bad",): "No such option '--bad'. See 'aicapex --help'.",
    ("report", "--bad", "1"): "No such option '--bad'. See 'aicapex report --help'.",
    ("report", "more"): "Got unexpected extra argument (more). See 'aicapex report --help'.",
    ("report", "-o"): "Option '-o' requires an argument. See",
    ("build",): "Missing argument 'FILE'. See 'aicapex build --help'.",
    ("build", "m.xlsx"): "Missing option '--edition'. Choose from: headless, portable, report. See",
    ("build", "m.xlsx", "--edition", "addin"): "'addin' is not one of 'headless', 'portable', 'report'. See",
}
REFUSALS = {
    # where it shall be written
    ("report", "-o", "no/such/a.xlsx"): "no/such: there is no such folder. Make it first, or choose another.",
    ("report", "-o", "a.xlsx/b.xlsx"): "a.xlsx: is no folder but a file. Choose a folder.",
    ("report", "-o", "folder.xlsx"): "folder.xlsx: is a folder. Name a file in it, such as folder.xlsx/report.xlsx.",
    ("report", "-o", ""): ".: is a folder. Name a file in it, such as report.xlsx.",
    ("report", "-o", "a.csv"): "a.csv: the name must end in .xlsx, such as a.xlsx.",
    ("report", "-o", "a.xlsm"): "a.xlsm: the name must end in .xlsx, such as a.xlsx.",
    ("report", "-o", "-"): "-: the name must end in .xlsx",
    ("report", "-o", "open.xlsx"): "open.xlsx: is open in Excel. Close it there, or choose another name.",
    ("report", "-o", "/proc/a.xlsx"): "/proc: can't write in this folder",
    ("report", "-o", "a" * 300 + ".xlsx"): "can't be written (File name too long). Choose another name.",
    ("build", "folder.xlsx", "--edition", "report"): "folder.xlsx: is a folder.",
    ("build", "m.pdf", "--edition", "portable"): "m.pdf: the name must end in .xlsx, such as m.xlsx.",
    ("report", "--inputs", "plan.xlsx", "-o", "plan.xlsx"): "plan.xlsx: is the table of inputs itself.",
    # the model and the scenario
    ("report", "--model", "gp"): "there is no model 'gp'. There are: capex, gap, payback, cluster.",
    ("report", "--scenario", "Cahn 2025"): "there is no scenario 'Cahn 2025'. Did you mean 'Cahn 2024'?",
    ("report", "--scenario", "xyz"): "there is no scenario 'xyz'. There are: Base case, Cahn 2023, Cahn 2024, 2026",
    ("report", "--scenario", ""): "there is no scenario ''. There are: Base case,",
    ("report", "--scenario", "Bald", "--inputs", "plan.csv"): "there is no scenario 'Bald'. Did you mean 'Bold'?",
    ("build", "m.xlsx", "--edition", "headless", "--scenario", "xyz"): "there is no scenario 'xyz'.",
    # the inputs; tests/workbooks/test_inputs_file.py has them all
    ("report", "--inputs", "no.csv"): "no.csv: there is no such file. Check the folder and the name.",
    ("report", "--inputs", ""): ".: is a folder. Name the .csv or .xlsx file in it.",
    ("report", "--inputs", "bad.csv"): "bad.csv, row 3, column 'margin': '1.5' is outside 0 to 0.95 (Gross margin",
    ("build", "m.xlsx", "--edition", "portable", "--inputs", "bad.csv"): "bad.csv, row 3, column 'margin': '1.5' is",
    ("report", "--inputs", "typo.csv"): "typo.csv, row 1: no input is called 'marign'. Did you mean 'margin'?",
    ("report", "--inputs", "broken.xlsx"): "broken.xlsx: is damaged, or is no Excel workbook. Save it again as .xlsx.",
    ("report", "--inputs", "plan.ods"): "plan.ods: is not a .csv, .xlsx or .parquet file. Save the table as one of",
}


@pytest.fixture
def folder(plan: Path) -> Path:
    """A folder with good and bad files in it."""
    folder = plan.parent
    (folder / "a.xlsx").write_bytes(b"an older report")
    (folder / "folder.xlsx").mkdir()
    (folder / "open.xlsx").write_bytes(b"an older report")
    (folder / "~$open.xlsx").write_bytes(b"somebody")
    (folder / "bad.csv").write_text("scenario,margin\nA,0.5\nB,1.5\n")
    (folder / "typo.csv").write_text("scenario,marign\nA,0.5\n")
    (folder / "broken.xlsx").write_bytes(b"PK\3\4 broken")
    (folder / "plan.ods").write_bytes(b"other")
    book = openpyxl.Workbook()
    for row in (["scenario", "gpu"], ["A", 60e9]):
        book.worksheets[0].append(row)
    book.save(folder / "plan.xlsx")
    return folder


@pytest.mark.parametrize(("arguments", "message"), (USAGE | REFUSALS).items(), ids=str)
def test_what_is_refused(arguments: tuple[str, ...], message: str, folder: Path) -> None:
    assert message in refusal(*arguments, cwd=folder)


def test_the_command_can_be_run_in_process(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as ended:
        main(["report", "-o", "a.csv"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "aicapex: a.csv: the name must end in .xlsx, such as a.xlsx.\n"
