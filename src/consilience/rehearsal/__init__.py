"""The design tried on simulated fieldwork."""
