"""What agents do with tickets over HTTP, and what they see of them."""
