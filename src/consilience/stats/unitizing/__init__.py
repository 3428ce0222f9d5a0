"""How far do coders agree on passages of text that they chose themselves?"""
