"""What happened to the mail: figures from an archive or from the emulator's memory, and what to do first."""
