"""Forms as browsers send them: names and values, nothing else."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from app.door.refusals import InvalidRequest, UnsupportedMediaType

FORM_TYPE = "application/x-www-form-urlencoded"
MOST_FIELDS = 200


def read_form(content_type: str, body: bytes) -> Mapping[str, str]:
    """The fields of a form; of several of one name the last.

    Raises:
        UnsupportedMediaType: it is no plain form; InvalidRequest: it cannot be read.
    """
    if not body:
        return {}
    if content_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise UnsupportedMediaType(f"Pages take forms ({FORM_TYPE}) and nothing else.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8", errors="strict"
        )
    except ValueError as error:
        raise InvalidRequest("The form cannot be read.", pointer="") from error
    return {name: value.replace("\r\n", "\n").replace("\x00", "") for name, value in pairs}
