"""The numbered history of the tables, forward only."""
