"""Takes in tables as people have them: XLSX, ODS and CSV."""
