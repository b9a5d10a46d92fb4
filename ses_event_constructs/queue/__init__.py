"""A queue of events."""
