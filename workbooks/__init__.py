"""What people open: models declared once, written with openpyxl, computed without Excel, reported."""
