"""Do our statistics agree with those of other programs, case by case?"""
