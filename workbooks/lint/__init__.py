"""The linter: rules that a workbook is held to, and the findings where it breaks them."""
