"""What describes a study to others: one record, and the formats in which archives exchange it."""
