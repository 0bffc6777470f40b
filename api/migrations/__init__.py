"""Database migrations; found by package path."""
