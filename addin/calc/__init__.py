"""LibreOffice Calc: the functions as one extension file, and the commands that make, install and remove it."""
