"""Runs the command line of ses-local: ``python -m ses_local``."""

from ses_local.commands.cli import main

main()
