"""Findings as text for people, as JSON for scripts, as SARIF for code hosts and editors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from importlib.metadata import version
from typing import Any, Final

from workbooks.lint.rule import Finding, Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_text(findings: Sequence[Finding], file: str) -> str:
    """Return a line per finding with how to mend it below the last of its kind, and a count."""
    lines = []
    for position, finding in enumerate(findings):
        place = f"{finding.place}: " if finding.place else ""
        lines.append(f"{finding.rule.severity}: {place}{finding.found.what} ({finding.rule.id})")
        following = findings[position + 1] if position + 1 < len(findings) else None
        if following is None or following.rule != finding.rule:
            lines.append(f"    {finding.rule.mend}")
    count = Counter(finding.rule.severity for finding in findings)
    lines.append(f"{file}: {_counted(count['error'], 'error')}, {_counted(count['warning'], 'warning')}")
    return "\n".join(lines)


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def as_json(findings: Sequence[Finding], file: str) -> str:
    """Return the findings as an object with a list."""
    listed = [
        {
            "rule": finding.rule.id,
            "severity": finding.rule.severity,
            "sheet": finding.found.sheet,
            "cells": finding.found.cells,
            "what": finding.found.what,
            "mend": finding.rule.mend,
        }
        for finding in findings
    ]
    return json.dumps({"file": file, "findings": listed}, indent=2, ensure_ascii=False)


def as_sarif(findings: Sequence[Finding], file: str, rules: Collection[Rule]) -> str:
    """Return the findings in SARIF 2.1.0.

    Parameters
    ----------
    findings : what is wrong.
    file : address of the workbook, relative, with ``/``.
    rules : those that were checked.
    """
    position = {rule.id: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "aicapex lint",
                "version": version("aicapex"),
                "rules": [_sarif_rule(rule) for rule in rules],
            }
        },
        "results": [_sarif_result(finding, file, position[finding.rule.id]) for finding in findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": rule.mend},
        "defaultConfiguration": {"level": rule.severity},
    }


def _sarif_result(finding: Finding, file: str, position: int) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": file}}}
    if finding.place:  # a workbook has no lines: the cell is a place by its name
        location["logicalLocations"] = [{"fullyQualifiedName": finding.place}]
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": position,
        "level": finding.rule.severity,
        "message": {
            "text": f"{finding.place + ': ' if finding.place else ''}{finding.found.what}. {finding.rule.mend}"
        },
        "locations": [location],
    }
