"""Who could be asked, on a date."""
