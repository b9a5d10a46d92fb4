"""Amazon SES event publishing on your own machine."""

__version__ = "0.1.0"
