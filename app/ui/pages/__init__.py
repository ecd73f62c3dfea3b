"""One file for each family of pages: what is answered at which address, and who may ask for it."""
