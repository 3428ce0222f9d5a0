"""What everyone stands on: errors, ids, seeds, lineage, settings."""
