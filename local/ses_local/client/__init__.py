"""What runs with the user's command: the emulator's process and its session, the environment, the CDK CLI."""
