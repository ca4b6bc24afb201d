"""The function reference, written from the definitions: ``python -m addin.reference`` writes docs/functions.md."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Final

from udfs import FUNCTIONS, Definition, NativeFormError
from udfs.ledger import assumptions, sources
from workbooks.functions_sheet import call_text

_HEAD: Final = """\
# Functions

Written from the definitions by `make docs`; a test keeps it current. Money is in currency units, rates are fractions,
time is in years unless stated. Arguments in brackets may be left out. In every function a blank cell counts as 0,
text where a number belongs is `#VALUE!`, a number outside the domain `#NUM!`, a division by zero `#DIV/0!`, no answer
`#N/A`, and an error that comes in goes out. Ranges broadcast as in Excel's own functions; a range of yearly flows is
taken whole.
"""


def functions_markdown() -> str:
    """Return the reference of all functions as Markdown."""
    parts = [_HEAD]
    groups = [(category, list(group)) for category, group in groupby(FUNCTIONS.values(), lambda one: one.category)]
    for category, group in groups:
        parts.append(f"\n**{category}**: " + ", ".join(f"[{one.name}](#{one.name.lower()})" for one in group) + "\n")
    for category, group in groups:
        parts.append(f"\n## {category}\n")
        parts += map(_function, group)
    return "".join(parts)


def _function(function: Definition) -> str:
    lines = [f"\n### {function.name}\n", f"`={function.syntax}`\n", function.summary]
    if function.sections["Description"]:
        lines[-1] += " " + function.sections["Description"]
    lines += ["", "| argument | unit | domain | meaning |", "| --- | --- | --- | --- |"]
    for parameter in function.parameters:
        lines.append(
            f"| `{parameter.name}` | {parameter.kind.unit} | {parameter.kind.domain} | {_cell(parameter.help)} |"
        )
    example = function.examples[0]
    lines += [
        "",
        f"* Returns ({function.result.unit or 'text'}): {function.returns}",
        f"* Errors: {function.errors}",
        f"* Example: `={call_text(function, example.arguments)}` is {_result(example.result)}",
        f"* In plain Excel: {_native(function)}",
        f"* Source: {_source(function.source)}",
        "",
    ]
    return "\n".join(lines)


def _native(function: Definition) -> str:
    try:
        return f"`={function.native_formula}`"
    except NativeFormError as error:
        return str(error)


def _result(result: object) -> str:
    if isinstance(result, list):
        rows = [", ".join(_result(cell) for cell in row) for row in result]
        return f"a table of {len(rows)} rows: " + "; ".join(rows)
    return f"{result:,.15g}" if isinstance(result, (int, float)) else f"`{result}`"


def _source(key: str) -> str:
    entry = sources().get(key) or assumptions().get(key)
    return f"{entry.citation} (`{key}`)" if entry else f"`{key}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the reference beside the package, in docs."""
    target = Path(__file__).parent.parent / "docs" / "functions.md"
    target.write_text(functions_markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
