"""What stands in for values that are missing, and how sure is what follows from them?"""
