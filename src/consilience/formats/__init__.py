"""Other people's files, each alone."""
