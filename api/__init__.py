"""The composition root: wiring, HTTP, pages and commands."""
