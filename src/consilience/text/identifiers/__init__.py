"""What in a text could name a person: rules over word tables, one small file a family."""
