"""The extension file: what is in it, and that it is the same on any day."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from addin.calc.extension import make_extension
from addin.calc.office.aicapex_names import known_names
from tests.addin.command_line import refusal, run
from udfs import FUNCTIONS

ROOT = Path(__file__).parent.parent.parent
OOR = "{http://openoffice.org/2001/registry}"


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(make_extension())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def texts(node: ElementTree.Element) -> dict[str, str]:
    """Return the properties of a node of the configuration."""
    return {prop.get(f"{OOR}name", ""): prop[0].text or "" for prop in node.findall("prop")}


def test_same_bytes_on_any_day() -> None:
    program = (
        "import sys, time, datetime\n"
        "time.time = lambda: 2e9\n"
        "time.localtime = lambda *_: time.gmtime(2e9)\n"
        "from addin.calc.extension import make_extension\n"
        "sys.stdout.buffer.write(make_extension())\n"
    )
    for seed in ("1", "77"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, env={"PYTHONHASHSEED": seed}, cwd=ROOT, check=True
        )
        assert done.stdout == make_extension()


def test_every_function_is_named_with_help(parts: dict[str, bytes]) -> None:
    interface = parts["XFunctions.idl"].decode()
    tree = ElementTree.fromstring(parts["CalcAddIns.xcu"])
    nodes = tree.findall("node/node/node/node")
    assert [node.get(f"{OOR}name") for node in nodes] == list(FUNCTIONS)
    for node, function in zip(nodes, FUNCTIONS.values(), strict=True):
        told = texts(node)
        assert told["DisplayName"] == told["CompatibilityName"] == function.name
        assert told["Description"].endswith(function.summary)
        helps = [texts(parameter) for parameter in node.findall("node/node")]
        assert [one["DisplayName"] for one in helps] == [parameter.name for parameter in function.parameters]
        for one, parameter in zip(helps, function.parameters, strict=True):
            assert one["Description"].startswith(parameter.help)
            assert one["Description"].endswith("Required.") == parameter.required
        [line] = [line for line in interface.splitlines() if f" {function.name}(" in line]
        assert line.count("[in] any") == len(function.parameters)


def test_the_functions_are_all_there_and_nothing_else(parts: dict[str, bytes]) -> None:
    """The whole package as it is, and no library: LibreOffice's Python may have NumPy or not."""
    expected = {
        f"pythonpath/{path.relative_to(ROOT)}": path.read_bytes()
        for path in (ROOT / "udfs").rglob("*")
        if path.suffix in (".py", ".csv")
    }
    assert {name: data for name, data in parts.items() if name.startswith("pythonpath/udfs/")} == expected
    assert set(parts) - set(expected) == {
        "META-INF/manifest.xml",
        "description.xml",
        "description.txt",
        "icon.svg",
        "LICENSE",
        "XFunctions.idl",
        "CalcAddIns.xcu",
        "Jobs.xcu",
        "functions.py",
        "load_job.py",
        "pythonpath/aicapex_names.py",
    }
    assert parts["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    assert len(make_extension()) < 300_000


def test_what_the_manifest_and_the_description_name_is_there(parts: dict[str, bytes]) -> None:
    manifest = ElementTree.fromstring(parts["META-INF/manifest.xml"])
    space = "{http://openoffice.org/2001/manifest}"
    assert {entry.get(f"{space}full-path") for entry in manifest} <= set(parts)
    description = parts["description.xml"].decode()
    for name in ("icon.svg", "description.txt"):
        assert f'xlink:href="{name}"' in description
    for name in ("description.xml", "Jobs.xcu", "icon.svg"):
        ElementTree.fromstring(parts[name])


def test_the_shim_is_thin(parts: dict[str, bytes]) -> None:
    """Everything goes through the boundary: no function's name stands in what runs inside LibreOffice."""
    for name in ("functions.py", "load_job.py"):
        text = parts[name].decode()
        assert not [function for function in FUNCTIONS if f"{function}(" in text]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=aigap(A1;2;0.5)", "=AICAPEX.AIGAP(A1;2;0.5)"),
        ("=_xll.aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=_xldudf_aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=_xldudf_aicapex_aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=_xludf.aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=_xlfn._xlws.aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=[1]!aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        (r"='c:\my files\aicapex.xlam'!aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("='file:///c:/x''s/aicapex.xlam'#aigap(A1)", "=AICAPEX.AIGAP(A1)"),
        ("=aicapex.xlam!aigap (A1)", "=AICAPEX.AIGAP (A1)"),
        ('=IFERROR(-aigap(moic(A1;B1:B3));"aigap(1)")', '=IFERROR(-AICAPEX.AIGAP(AICAPEX.MOIC(A1;B1:B3));"aigap(1)")'),
        ("{=SUM(aigap(A1:A3))}", "{=SUM(AICAPEX.AIGAP(A1:A3))}"),
        ("=$'aigap(1)'.A1+aigap(A1)", "=$'aigap(1)'.A1+AICAPEX.AIGAP(A1)"),
        ("=A1:aigap(1)", "=A1:AICAPEX.AIGAP(1)"),
        *((text, text) for text in (
            "=AICAPEX.AIGAP(A1)", "=myaigap(1)", "=aigap1(1)", "=aigap", "=other.aigap(1)", "=aigapx(1)", '="aigap("',
            "=SUM(A1:A3)", "=_aigap(1)", "aigap", "",
        )),
    ],
)  # fmt: skip
def test_names_in_formulas(formula: str, expected: str) -> None:
    assert known_names(formula) == expected


def test_oxt_writes_the_file(tmp_path: Path) -> None:
    done = run("oxt", "aicapex.oxt", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "aicapex.oxt written: the extension for LibreOffice Calc 7.4 or later\n"
    assert (tmp_path / "aicapex.oxt").read_bytes() == make_extension()


def test_oxt_refuses(tmp_path: Path) -> None:
    assert refusal("oxt", "a.zip", cwd=tmp_path) == "a.zip: the name must end in .oxt, such as a.oxt."
    assert "none: there is no such folder" in refusal("oxt", "none/a.oxt", cwd=tmp_path)
    assert "OUT" in refusal("oxt", cwd=tmp_path)
