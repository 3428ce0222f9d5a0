"""Numbers from arrays: agreement, distance, rates, bands, exact choice. NumPy and SciPy only."""
