"""The plots of a report: each function takes rows of figures and a width, and returns an Altair chart."""
