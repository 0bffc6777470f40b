"""The page of an evaluation report in a browser."""
