"""Walkback: which claims were taken back, when, and with what proof."""

__version__ = "0.1.0"
