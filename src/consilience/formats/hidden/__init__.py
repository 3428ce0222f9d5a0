"""What an outgoing file holds beside what it shows, found and taken out."""
