"""The pages of accounts, each in a real browser."""
