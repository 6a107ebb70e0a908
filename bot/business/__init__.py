"""The door to the hall's own systems over the network."""
