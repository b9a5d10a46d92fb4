"""Counts what really arrived behind each event destination, on the emulator or in an account, by the same code."""
