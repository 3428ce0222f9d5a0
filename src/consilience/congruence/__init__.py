"""How far informants agree, cut into bands, each with its stability."""
