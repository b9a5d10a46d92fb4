"""The archive: every event kept, and queryable."""
