"""Attacks on the way out: every form of a forbidden address, every hostile answer, driven at every entrance."""
