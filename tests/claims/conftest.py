"""How the tests of claims run: the first look into a dictionary is slow, so no property has a deadline."""

from hypothesis import settings

settings.register_profile("claims", deadline=None)
settings.load_profile("claims")
