"""Reading, checking and storing entries."""
