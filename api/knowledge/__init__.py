"""What stands behind the routes of the knowledge pages."""
