"""What runs inside LibreOffice, under its Python: copied into the extension as it is."""
