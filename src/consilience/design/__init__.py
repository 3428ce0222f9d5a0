"""The study file: what is planned, read strictly, checked whole."""
