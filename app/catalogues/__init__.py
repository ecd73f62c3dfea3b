"""The languages that Walkback speaks: one folder of message catalogues for each, and what chooses between them."""
