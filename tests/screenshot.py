"""The picture of docs/libreoffice.md, a sheet in LibreOffice with the wizard: ``python -m tests.screenshot``.

It needs Xvfb and ImageMagick (Debian: apt-get install xvfb imagemagick).
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from addin.calc.finding import Office, environment, find_office
from addin.calc.installing import install
from udfs import call
from workbooks.cached import plant_values

TARGET = Path(__file__).parent.parent / "docs" / "images" / "libreoffice.png"
SIZE = (1400, 640)
SHOWN = "1060x620+0+0"
CELL = "B8"
ROWS = (
    ("What must be true?", None, None),
    ("GPU spending a year", 50e9, '#,##0,,," bn"'),
    ("Data centre per dollar of GPUs", 2, '0.0"x"'),
    ("Gross margin of AI sellers", 0.5, "0%"),
    ("AI revenue in sight", 75e9, '#,##0,,," bn"'),
    (None, None, None),
    ("Revenue required", "=AIREVENUE(B2,B3,B4)", '#,##0,,," bn"'),
    ("Gap", "=AIGAP(B2,B3,B4,B5)", '#,##0,,," bn"'),
    ("Years at 30% growth until closed", "=AIGAPYEARS(B7,B5,0.3)", "0.0"),
)


def book() -> bytes:
    """Return the workbook of the picture."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 31, 10
    for row, (label, value, number_format) in enumerate(ROWS, start=1):
        sheet.cell(row, 1, label)
        cell = sheet.cell(row, 2, value)
        cell.number_format = number_format or "General"
        if isinstance(value, (int, float)):
            cell.font = Font(name="Calibri", size=11, color="0000FF")
    sheet["A1"].font = Font(name="Calibri", size=13, bold=True)
    file = io.BytesIO()
    workbook.save(file)
    required = call("AIREVENUE", 50e9, 2.0, 0.5)
    values = {
        "B7": required,
        "B8": call("AIGAP", 50e9, 2.0, 0.5, 75e9),
        "B9": call("AIGAPYEARS", required, 75e9, 0.3),
    }
    return plant_values(file.getvalue(), {"Sheet": values})


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """Yield the name of a screen that nobody sees."""
    reader, writer = os.pipe()
    size = "x".join(map(str, (*SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


def take(office: Office, target: Path) -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as name, screen() as display:
        folder = Path(name)
        install(office, folder / "profile")
        path = folder / "gap.xlsx"
        path.write_bytes(book())
        pipe = f"pipe,name=aicapex{uuid.uuid4().hex}"
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        env = {**environment(), "DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"}
        program = subprocess.Popen(
            [office.program, "--norestore", "--nologo", "--nodefault", profile, f"--accept={pipe};urp;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=env,
        )
        helper = subprocess.Popen(
            [office.python, Path(__file__).with_name("screenshot_helper.py"), pipe, path, CELL, *map(str, SIZE)],
            stdout=subprocess.PIPE,
            text=True,
            env=env,
        )
        try:
            assert helper.stdout is not None
            assert helper.stdout.readline() == "ready\n"
            subprocess.run(
                ["import", "-window", "root", "-crop", SHOWN, "-strip", target],
                check=True,
                env={**env, "DISPLAY": display},
            )
        finally:
            helper.kill()
            os.killpg(program.pid, signal.SIGKILL)  # with the wizard open it refuses to end
            program.wait()


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    take(find_office(), TARGET)
