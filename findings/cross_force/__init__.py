"""Looking across findings: search, warnings, agreed wording, one theme over all forces side by side."""
