"""Drawings: pictures of what was said and taken back, as SVG text made of values; no clock, no file, no script."""
