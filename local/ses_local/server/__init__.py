"""What runs in the emulator's process: the emulator, the publisher in front of it, and who may reach them."""
