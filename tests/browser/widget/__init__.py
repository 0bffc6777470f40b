"""The widget on sites, in a real browser against real servers."""
