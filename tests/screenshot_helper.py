"""LibreOffice's side of ``tests/screenshot.py``, run by a Python that has ``uno``: opens the sheet and the wizard."""

import sys
import time

from libreoffice_helper import connect, properties, version


def settings(context, node, **values):
    """Change LibreOffice's configuration."""
    provider = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", context
    )
    access = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess", properties(nodepath=node)
    )
    for name, value in values.items():
        access.setPropertyValue(name, value)
    access.commitChanges()


def main(pipe, path, cell, width, height):
    """Show the sheet with the wizard on a cell, and wait."""
    import uno

    context = connect(pipe, 60)
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    settings(context, "/org.openoffice.Office.Common/Misc", ShowTipOfTheDay=False, FirstRun=False)
    settings(context, "/org.openoffice.Setup/Product", ooSetupLastVersion=version(context))
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ())
    document.calculateAll()
    controller = document.CurrentController
    window = controller.Frame.ContainerWindow
    window.setPosSize(0, 0, int(width), int(height), 15)  # com.sun.star.awt.PosSize.POSSIZE
    controller.select(document.Sheets[0].getCellRangeByName(cell))
    time.sleep(3)
    dispatcher = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
    dispatcher.executeDispatch(controller.Frame, ".uno:FunctionDialog", "", 0, ())
    time.sleep(4)
    print("ready", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
