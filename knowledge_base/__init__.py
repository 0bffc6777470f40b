"""What may be said: entries, text, taxonomy, encoders, indexes and hybrid search."""
