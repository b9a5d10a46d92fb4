"""Takes the pictures of the console that README and documentation show."""
