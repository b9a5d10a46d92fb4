"""Runs the command: python -m ses_event_guard."""

from ses_event_guard.cli import main

main()
