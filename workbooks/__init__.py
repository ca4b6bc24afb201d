"""What people open: models declared once, written with openpyxl, computed headless, reported."""
