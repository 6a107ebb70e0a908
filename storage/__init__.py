"""The ledger 台账: what the hall remembers."""
