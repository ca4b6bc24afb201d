"""LibreOffice's side of ``tests/libreoffice.py``, run by a Python that has ``uno``.

One JSON request a line comes in, one answer a line goes out. When its input ends, because the tests ended in
whatever way, it ends LibreOffice too.
"""

import json
import sys
import time

FORMULAS = 7  # com.sun.star.sheet.FormulaResult: values, texts, errors
ERROR = 4  # com.sun.star.sheet.FormulaResult.ERROR
LOGICAL = 1024  # com.sun.star.util.NumberFormat.LOGICAL
FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "xls": "MS Excel 97",
    "ods": "calc8",
    "fods": "OpenDocument Spreadsheet Flat XML",
    "pdf": "calc_pdf_Export",
    "png": "calc_png_Export",
    "csv": "Text - txt - csv (StarCalc)",
    "html": "HTML (StarCalc)",
}


def connect(address, seconds):
    """Return LibreOffice's context, as soon as it answers."""
    import uno

    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    end = time.monotonic() + seconds
    while True:
        try:
            return resolver.resolve(f"uno:{address};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def properties(**values):
    """Return arguments as UNO wants them."""
    from com.sun.star.beans import PropertyValue

    made = []
    for name, value in values.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)


def opened(desktop, path, *, anew=True):
    """Return the file as a document, all of it calculated anew unless its stored values are wanted."""
    import uno

    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, properties(Hidden=True))
    if document is None:
        raise ValueError(f"LibreOffice can't open {path}")
    if anew:
        document.calculateAll()
    return document


def loaded(document, seconds):
    """Return formulas and what they show, as the document is."""
    cells = {}
    for sheet in document.Sheets:
        found = cells[sheet.Name] = {}
        for kind in (FORMULAS, ERROR):
            for area in sheet.queryFormulaCells(kind):
                place = area.RangeAddress
                for row, (formulas, values) in enumerate(zip(area.getFormulaArray(), area.getDataArray(), strict=True)):
                    for column, (formula, value) in enumerate(zip(formulas, values, strict=True)):
                        if kind == ERROR:
                            value = area.getCellByPosition(column, row).String
                        found[f"{place.StartColumn + column} {place.StartRow + row}"] = formula, value
    return {
        "cells": cells,
        "names": {name.Name: name.getContent() for name in document.NamedRanges},
        "modified": document.isModified(),
        "undo": list(document.UndoManager.getAllUndoActionTitles()),
        "protected": [sheet.Name for sheet in document.Sheets if sheet.isProtected()],
        "seconds": seconds,
    }


def wizard(context):
    """Return what the function wizard knows of each function."""
    known = context.ServiceManager.createInstanceWithContext("com.sun.star.sheet.FunctionDescriptions", context)
    functions = {}
    for place in range(known.Count):
        told = {one.Name: one.Value for one in known.getByIndex(place)}
        functions[told["Name"]] = {
            "category": told["Category"],
            "description": told["Description"],
            "arguments": [[one.Name, one.Description, one.IsOptional] for one in told["Arguments"] or ()],
        }
    return functions


def version(context):
    """Return LibreOffice's version."""
    settings = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    access = settings.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationAccess", properties(nodepath="/org.openoffice.Setup/Product")
    )
    return access.ooSetupVersion


def recalculation_seconds(document, runs):
    """Return the median time of calculating all cells."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        document.calculateAll()
        times.append(time.perf_counter() - start)
    return sorted(times)[runs // 2]


def logical_areas(document):
    """Return per sheet the addresses of the ranges whose numbers are shown as truth values; it takes a while."""
    formats = document.NumberFormats
    return {
        sheet.Name: [
            place
            for ranges in sheet.UniqueCellFormatRanges
            if formats.getByKey(ranges[0].NumberFormat).Type & LOGICAL
            for place in ranges.RangeAddresses
        ]
        for sheet in document.Sheets
    }


def read(document, logical):
    """Return sheet -> [address of the first cell is A1] rows of values, formulas and error codes."""
    sheets = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        values = [list(row) for row in area.getDataArray()]
        formulas = area.getFormulaArray()
        for row, texts in enumerate(formulas):
            for column, text in enumerate(texts):
                if text == "":
                    values[row][column] = None
        for found in area.queryFormulaCells(ERROR):
            place = found.RangeAddress
            for row in range(place.StartRow, place.EndRow + 1):
                for column in range(place.StartColumn, place.EndColumn + 1):
                    code = sheet.getCellByPosition(column, row).getError()
                    values[row][column] = {"error": code, "formula": formulas[row][column]}
        for place in logical[sheet.Name]:
            for row in range(place.StartRow, min(place.EndRow, last.EndRow) + 1):
                for column in range(place.StartColumn, min(place.EndColumn, last.EndColumn) + 1):
                    if values[row][column] in (0.0, 1.0):
                        values[row][column] = bool(values[row][column])
        sheets[sheet.Name] = values
    return sheets


def tried(document, change, cells, logical):
    """Return what a document shows with a cell changed, of these cells or all of it; then change the cell back."""
    sheet, address, value = change
    area = document.Sheets.getByName(sheet).getCellRangeByName(address)
    cell = area.getCellByPosition(0, 0)
    array, formula = area.getArrayFormula(), cell.getFormula()
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)
    document.calculate()
    found = read(document, logical) if cells is None else [shown(document, *place) for place in cells]
    if array:
        area.setArrayFormula(array[1:-1])
    else:
        cell.setFormula(formula)
    return found


def shown(document, sheet, address):
    """Return the number or text of one cell."""
    area = document.Sheets.getByName(sheet).getCellRangeByName(address)
    cell = area.getCellByPosition(0, 0)
    if cell.getError():
        return {"error": cell.getError(), "formula": cell.getFormula()}
    return area.getDataArray()[0][0]


def answer(context, desktop, request):
    """Carry out one request."""
    import uno

    if request["do"] == "wizard":
        return wizard(context)
    if request["do"] == "version":
        return version(context)
    start = time.monotonic()
    document = opened(desktop, request["path"], anew=request.get("anew", True))
    try:
        if request["do"] == "loaded":
            return loaded(document, time.monotonic() - start)
        if request["do"] == "time":
            return recalculation_seconds(document, request["runs"])
        if request["do"] == "read":
            return read(document, logical_areas(document))
        if request["do"] == "try":
            cells = request["cells"]
            logical = logical_areas(document) if cells is None else {}
            return [tried(document, change, cells, logical) for change in request["changes"]]
        target = uno.systemPathToFileUrl(request["target"])
        document.storeToURL(target, properties(FilterName=FILTERS[request["format"]], Overwrite=True))
        return None
    finally:
        document.close(True)


def main():
    """Serve until the input ends."""
    context = connect(sys.argv[1], float(sys.argv[2]))
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            reply = {"result": answer(context, desktop, json.loads(line))}
        except Exception as problem:
            reply = {"problem": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(reply), flush=True)
    desktop.terminate()


if __name__ == "__main__":
    main()
