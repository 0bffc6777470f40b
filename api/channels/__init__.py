"""Ways into a conversation beside the web page."""
