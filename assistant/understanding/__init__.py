"""What a message means: intents, complex cases, confidence."""
