"""How easily is somebody found in a data set, and which changes protect them?"""
