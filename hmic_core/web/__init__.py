"""What the workspace does around every request, its navigation and its own pages."""
