"""Anybody's workbook: read and changed part by part, so that all that is not meant stays byte for byte as it was."""
