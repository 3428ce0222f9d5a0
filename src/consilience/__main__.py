"""`python -m consilience` is the same as the command `consilience`."""

from consilience.cli.start import start

start()
