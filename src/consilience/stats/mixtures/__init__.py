"""Which kinds of units are there, how many, and what goes with being of one kind?"""
