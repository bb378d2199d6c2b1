"""What finance takes away: workbook, print page, tables and records, made from one answer."""
