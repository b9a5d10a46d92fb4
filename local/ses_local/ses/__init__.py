"""What Amazon SES does with a call, a mail and an event destination: rules and data, without the emulator."""
