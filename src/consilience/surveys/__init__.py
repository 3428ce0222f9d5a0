"""Instruments, windows, answers, response."""
