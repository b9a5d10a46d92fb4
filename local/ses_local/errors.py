"""The errors that a command ends with: a sentence and a code, never a traceback."""


class SesLocalError(Exception):
    """Something that the user can put right; the message says what is wrong and what to do."""
