"""``python -m tests.parity`` writes docs/parity.md anew."""

from pathlib import Path

from tests.parity.document import document

if __name__ == "__main__":
    (Path(__file__).parent.parent.parent / "docs" / "parity.md").write_text(document(), encoding="utf-8")
