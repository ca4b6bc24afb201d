"""All scenarios at once: a workbook's own formulas compiled into one pass of NumPy over arrays of inputs."""
