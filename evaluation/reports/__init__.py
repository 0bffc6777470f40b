"""The same report for people (text) and for machines (JSON)."""
