"""How good the analysis is, measured on public revision corpora: each one alone, beside plain rivals and floors."""
