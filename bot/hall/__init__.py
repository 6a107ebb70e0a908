"""The four posts at work; one doing, one transaction."""
