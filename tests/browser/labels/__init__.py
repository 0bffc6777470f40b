"""The page of labelling."""
