"""Comparisons that are run by hand; nothing here is shipped."""
