"""HTML to accessible, archival PDF. The only room that imports WeasyPrint."""
