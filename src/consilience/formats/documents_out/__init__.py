"""Documents out: text, Markdown, Rich Text Format and Word, without a word of who made them."""
