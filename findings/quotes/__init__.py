"""Words compared, found again, merged: pure functions, without a database."""
