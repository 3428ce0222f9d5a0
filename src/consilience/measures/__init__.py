"""What do people score on measures under licence, and what is the climate of their schools?"""
