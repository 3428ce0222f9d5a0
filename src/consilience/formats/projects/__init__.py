"""Projects of free programs in their own databases: QualCoder, Taguette, RQDA."""
