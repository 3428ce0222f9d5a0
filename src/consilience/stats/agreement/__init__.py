"""How far do raters agree: alpha, the kappa family, intraclass correlations, what is left?"""
