"""Who was spoken to, what they allowed, what was recorded and written down."""
