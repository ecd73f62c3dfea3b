"""The language of the terminal: that of WALKBACK_LANGUAGE."""

from app.catalogues.choosing import catalogue_of, language_of, languages
from app.cli.record import load_settings
from app.domain.errors import InvalidInput
from app.domain.words import Words


def words_here(asked: str | None = None) -> Words:
    """The words of the language that was asked for on the command line, or that of the settings.

    Raises:
        InvalidInput: Walkback does not speak it.
    """
    language = asked or load_settings().language
    if language_of(language) is None:
        raise InvalidInput(f"“{language}” is no language that Walkback speaks; there are {', '.join(languages())}.")
    return catalogue_of(language)
