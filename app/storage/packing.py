"""How pages and wordings are made small: compressed, and where a neighbour is alike, as the difference from it.

A difference is plain zstandard too: the neighbour's bytes serve as the dictionary, so that what is in both costs
almost nothing. The body of a page refers to the version before it, a wording to the one after it.
"""

import zstandard

LEVEL = 9


class Damaged(Exception):
    """What is kept cannot be had back, or is not what its hash says."""


def pack(body: bytes, *, base: bytes | None = None, level: int = LEVEL, is_summed: bool = False) -> bytes:
    """The bytes compressed; with ``base`` as what is different from it, and where wanted with a sum of four bytes.

    With the sum, another base than this one is noticed when they are unpacked, whatever comes of it.
    """
    if base is None:
        return zstandard.ZstdCompressor(level=level).compress(body)
    rules = zstandard.ZstdCompressionParameters.from_level(
        level,
        source_size=len(body) + len(base),
        dict_size=len(base),
        write_checksum=is_summed,
        write_dict_id=False,
    )
    return zstandard.ZstdCompressor(compression_params=rules, dict_data=_dictionary(base)).compress(body)


def unpack(packed: bytes, *, size: int, name: str, base: bytes | None = None) -> bytes:
    """The bytes as they were; ``size`` is how many there were at most, ``name`` what they are, for the error.

    Raises:
        Damaged: these bytes cannot be unpacked so.
    """
    how = zstandard.ZstdDecompressor() if base is None else zstandard.ZstdDecompressor(dict_data=_dictionary(base))
    try:
        return how.decompress(packed, max_output_size=max(size, 1))
    except zstandard.ZstdError as error:
        raise Damaged(f"{name} cannot be unpacked") from error


def comes_back(packed: bytes, body: bytes, *, base: bytes) -> bool:
    """Whether these bytes are had back from what is different in them: asked before the whole ones are let go."""
    try:
        return unpack(packed, size=len(body), name="what was packed", base=base) == body
    except Damaged:
        return False


def _dictionary(base: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(base, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
