"""The event destinations, one file each."""
