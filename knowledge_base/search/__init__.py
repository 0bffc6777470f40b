"""Text, lexicon, encoders, indexes and their fusion."""
