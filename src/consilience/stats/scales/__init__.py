"""What does a person score on a scale, how reliable is it, and where is that among others?"""
