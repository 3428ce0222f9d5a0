"""The exchange files of qualitative programs: REFI-QDA projects (.qdpx) and codebooks (.qdc)."""
