"""How much does each predictor contribute?"""
