"""Do the members of a group agree, do groups differ, and is a group mean to be relied on?"""
