"""A queue for events."""
