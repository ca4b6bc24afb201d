"""Us and our peers, measured in one run: ``make bench``."""
