"""What serves a conversation: the assistant's thinking, views for pages, event streams."""
