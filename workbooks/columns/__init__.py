"""Formulas copied down a sheet's columns, each computed for all its rows at once."""
