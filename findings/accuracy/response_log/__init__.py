"""The response log as a spreadsheet: `sheet` writes it, `reading` reads one that came back, `plan` says for every row
what saving would do, `applying` does it. Nothing is ever deleted by a spreadsheet."""
