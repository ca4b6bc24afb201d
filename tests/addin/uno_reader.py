"""Prints what LibreOffice finds in a workbook: modules of its VBA project, sheets, stored values.

To be run by a Python that has ``uno``.
"""

import json
import subprocess
import sys
import time
import uuid


def main(soffice, profile, path):
    """Open the file, not calculated anew and with macros off, and print its contents as JSON."""
    import uno
    from com.sun.star.beans import PropertyValue

    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    pipe = f"pipe,name=aicapex{uuid.uuid4().hex}"
    profile = f"-env:UserInstallation={uno.systemPathToFileUrl(profile)}"
    options = ["--headless", "--norestore", "--nologo", "--nodefault", profile, f"--accept={pipe};urp;"]
    process = subprocess.Popen([soffice, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        context = uno.getComponentContext()
        resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
        end = time.monotonic() + 60
        while True:
            try:
                remote = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        desktop = remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, (hidden,))
        library = document.BasicLibraries.getByName("VBAProject")
        found = {
            "modules": {name: library.getByName(name) for name in library.ElementNames},
            "sheets": {sheet.Name: contents(sheet) for sheet in document.Sheets},
            "code names": {sheet.Name: sheet.CodeName for sheet in document.Sheets},
        }
        print(json.dumps(found))
        document.close(True)
        desktop.terminate()
        process.wait(timeout=20)
    finally:
        process.kill()


def contents(sheet):
    """Return rows of values as they are stored."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()


if __name__ == "__main__":
    main(*sys.argv[1:])
