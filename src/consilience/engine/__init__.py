"""Where tables are computed and pieces of work are run: here or on a cluster."""
