"""Labels that people give to questions: two blind ones, and a decision where they differ."""
