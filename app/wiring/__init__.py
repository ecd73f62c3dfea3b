"""Builds the running program from the settings: the only place that knows every part."""
