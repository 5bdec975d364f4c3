"""The SQLite file that is the truth: schema, rows, checks, repair."""
