"""What one types: each command of ``ses-local`` in a module of its own."""
