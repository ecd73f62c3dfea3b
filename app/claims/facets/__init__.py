"""In which ways two wordings of one claim differ: one file per family of facets, joined in classify.py."""
