"""The match key of a claim, kept as what it leaves out of the text of the claim: nearly always that is punctuation.

    text   The cost is 387.9 million, of which 17 per cent is covered.
    key    the cost is 387.9 million of which 17 per cent is covered
    kept   0, 1 │ 25, 2        nothing cut off the beginning, one letter off the end; after 25 letters two are one space

So how a key is made is nothing that is relied on here: whatever it is, it is had back, or kept as it is.
"""

MOST = 255
"""What is cut is counted in one byte each; where that is too little the key is kept as it is."""


def left_out(text: str, key: str) -> bytes | None:
    """What a key leaves out of a text; None where it is not made by leaving out alone."""
    letters = _letters(text)
    words = key.split(" ")
    start = letters.find(words[0])
    if start < 0:
        return None
    cuts = [start, 0]
    done = start
    at = start + len(words[0])
    for word in words[1:]:
        place = letters.find(word, at)
        if place < 0:
            return None
        if place != at + 1 or letters[at] != " ":
            cuts += (at - done, place - at)
            done = place
        at = place + len(word)
    cuts[1] = len(letters) - at
    if max(cuts) > MOST:
        return None
    kept = bytes(cuts)
    return kept if key_of(text, kept) == key else None


def key_of(text: str, kept: bytes) -> str:
    """The key again."""
    letters = _letters(text)
    end = len(letters) - kept[1]
    at = kept[0]
    if len(kept) == 2:
        return letters[at:end]
    pieces = []
    for place in range(2, len(kept), 2):
        stop = at + kept[place]
        pieces.append(letters[at:stop])
        at = stop + kept[place + 1]
    pieces.append(letters[at:end])
    return " ".join(pieces)


def _letters(text: str) -> str:
    letters = text.casefold()
    return letters if letters.isascii() else letters.replace("ё", "е").replace("ґ", "г")
