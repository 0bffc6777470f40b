"""Conversations, tickets and the people who answer."""
