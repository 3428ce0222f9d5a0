"""Who is chosen, and why."""
