"""Which weights make those who answered stand for all, and how sure is an estimate with them?"""
