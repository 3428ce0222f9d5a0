"""Strings and addresses in them: one normal form, offsets that follow edits, identifiers."""
