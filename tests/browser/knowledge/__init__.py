"""Browser tests of the knowledge pages."""
