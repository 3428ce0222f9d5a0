"""What was marked in the texts: codebook, codings, agreement, retrieval, exchange."""
