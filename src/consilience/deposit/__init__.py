"""What leaves the study: data sets, the gate before them, and the package."""
