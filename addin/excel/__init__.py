"""Excel on Windows: the functions registered through xlwings, and the workbooks that bring them along."""
