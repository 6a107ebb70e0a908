"""What the customer wants, and what the handbook says."""
