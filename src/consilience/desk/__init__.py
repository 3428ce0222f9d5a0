"""One file per activity: load, call, save, log."""
