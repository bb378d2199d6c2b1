"""The answer as an Excel workbook of live formulas."""
