"""The command consilience; it formats and asks the desk."""
