"""Which answers belong to one area."""
