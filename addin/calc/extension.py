"""The extension file, made from the definitions: same definitions, same bytes."""

from __future__ import annotations

from importlib.metadata import distribution, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final
from xml.sax.saxutils import escape

from addin.calc.configuration import functions_xcu, jobs_xcu
from addin.calc.interface import interface
from udfs import FUNCTIONS
from workbooks.package import write_parts

IDENTIFIER: Final = "aicapex.calc"

_TYPES: Final = "application/vnd.sun.star.uno-typelibrary;type=RDB"
_PYTHON: Final = "application/vnd.sun.star.uno-component;type=Python"
_SETTINGS: Final = "application/vnd.sun.star.configuration-data"

# In this order LibreOffice takes them up: the functions need the types.
_MEDIA_TYPES: Final = {
    "XFunctions.idl": _TYPES,
    "functions.py": _PYTHON,
    "load_job.py": _PYTHON,
    "CalcAddIns.xcu": _SETTINGS,
    "Jobs.xcu": _SETTINGS,
}


def make_extension() -> bytes:
    """Return the extension: an .oxt with the functions, their help, and the job on loading."""
    office = files("addin.calc") / "office"
    parts = {
        "META-INF/manifest.xml": _manifest().encode(),
        "description.xml": _description().encode(),
        "description.txt": f"{_SUMMARY}\n".encode(),
        "icon.svg": (files("addin.calc") / "icon.svg").read_bytes(),
        "LICENSE": _license().encode(),
        "XFunctions.idl": interface().encode(),
        "CalcAddIns.xcu": functions_xcu().encode(),
        "Jobs.xcu": jobs_xcu().encode(),
        "functions.py": (office / "functions.py").read_bytes(),
        "load_job.py": (office / "load_job.py").read_bytes(),
        # LibreOffice puts this folder on Python's path.
        "pythonpath/aicapex_names.py": (office / "aicapex_names.py").read_bytes(),
        **_package(files("udfs"), "pythonpath/udfs"),
    }
    return write_parts(parts)


_SUMMARY: Final = (
    f"{len(FUNCTIONS)} worksheet functions on the payback of AI capital spending, such as AIGAP, PAYBACK and "
    "GPUHOURCOST. Computed on your own machine; nothing is sent anywhere."
)


def _package(folder: Traversable, path: str) -> dict[str, bytes]:
    """Return path -> content of a package's modules and data."""
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            found |= _package(entry, f"{path}/{entry.name}")
        elif entry.name.endswith((".py", ".csv")):
            found[f"{path}/{entry.name}"] = entry.read_bytes()
    return found


def _license() -> str:
    installed = distribution("aicapex")
    # Where the package is installed from a working copy, older tools leave the licence there.
    return installed.read_text("licenses/LICENSE") or (files("addin").joinpath("..", "LICENSE")).read_text("utf-8")


def _manifest() -> str:
    entries = "".join(
        f'  <manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media_type}"/>\n'
        for name, media_type in _MEDIA_TYPES.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{entries}</manifest:manifest>\n'
    )


def _description() -> str:
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006"
             xmlns:d="http://openoffice.org/extensions/description/2006"
             xmlns:l="http://libreoffice.org/extensions/description/2011"
             xmlns:xlink="http://www.w3.org/1999/xlink">
  <identifier value="{IDENTIFIER}"/>
  <version value="{escape(version("aicapex"))}"/>
  <display-name><name lang="en">aicapex: AI capex payback functions</name></display-name>
  <publisher><name lang="en">The aicapex authors (MIT licence)</name></publisher>
  <extension-description><src xlink:href="description.txt" lang="en"/></extension-description>
  <icon><default xlink:href="icon.svg"/></icon>
  <dependencies>
    <l:LibreOffice-minimal-version value="7.4" d:name="LibreOffice 7.4"/>
  </dependencies>
</description>
"""
