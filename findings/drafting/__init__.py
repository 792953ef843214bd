"""Writing findings: the editor, what is kept while typing, evidence, comments, history."""
