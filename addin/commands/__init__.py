"""One module per command of ``aicapex``."""
