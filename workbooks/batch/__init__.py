"""Thousands of reports: one template, printed for every row of a table."""
