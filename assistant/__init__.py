"""One message in, one decision out."""
