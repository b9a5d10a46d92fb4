"""Writes into the pages on the constructs what only their templates and prices know."""
