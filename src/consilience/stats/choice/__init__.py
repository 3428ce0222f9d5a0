"""Which units are chosen so that they differ most, exactly, and how is that proved?"""
