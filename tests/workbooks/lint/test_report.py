"""What people, scripts and code hosts get to read."""

import json

from tests.workbooks.lint.fixtures import BAD
from workbooks.lint.reading import read
from workbooks.lint.report import as_json, as_sarif, as_text
from workbooks.lint.rules import RULES, check, chosen

RESULT = check(read(BAD["hard-coded-number"].package()), chosen())


def test_text_says_where_what_and_how_to_mend():
    assert as_text(RESULT, "a.xlsx").splitlines() == [
        "error: Data!B9: the formula holds the number 1.19 (hard-coded-number)",
        "    Put the number in an input cell with its unit and source, and refer to that cell.",
        "a.xlsx: 1 error, no warnings",
    ]


def test_text_says_how_to_mend_once_for_a_kind():
    found = check(read(BAD["no-value"].package()), chosen()) * 2
    assert as_text(found, "a.xlsx").count(RULES["no-value"].mend) == 1


def test_json_has_every_field():
    assert json.loads(as_json(RESULT, "a.xlsx")) == {
        "file": "a.xlsx",
        "findings": [
            {
                "rule": "hard-coded-number",
                "severity": "error",
                "sheet": "Data",
                "cells": "B9",
                "what": "the formula holds the number 1.19",
                "mend": RULES["hard-coded-number"].mend,
            }
        ],
    }


def test_sarif_has_what_the_standard_requires():
    """SARIF 2.1.0, sections 3.13 log, 3.14 run, 3.18 tool, 3.27 result, 3.49 rule."""
    findings = [one for case in ("dde", "very-hidden-sheet") for one in check(read(BAD[case].package()), chosen())]
    log = json.loads(as_sarif(findings, "models/a%20b.xlsx", chosen()))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert len(run["results"]) == len(findings) >= 2
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "models/a%20b.xlsx"
        assert location["logicalLocations"][0]["fullyQualifiedName"]


def test_neighbouring_cells_are_one_finding():
    package = BAD["no-value"].package()
    assert [one.place for one in check(read(package), chosen(["no-value"]))] == ["Data!B3:F3"]
