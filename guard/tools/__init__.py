"""What makes the generated files of ses-event-guard."""
