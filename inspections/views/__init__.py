"""The screens of setting up an inspection: each fetches through its reader and calls one verb."""
