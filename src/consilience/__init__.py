"""consilience: from sampling frame to archived data set, one study in one place."""

__version__ = "0.1.0"
