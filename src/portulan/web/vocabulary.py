"""The words of the codes that many pages show. See ``portulan.wording``."""

from portulan.wording.vocabulary import (
    FAMILIES,
    ROLES,
    SEVERITIES,
    STAGES,
    TONES,
    VERDICTS,
    Word,
    role,
    word,
)

__all__ = [
    "FAMILIES",
    "ROLES",
    "SEVERITIES",
    "STAGES",
    "TONES",
    "VERDICTS",
    "Word",
    "role",
    "word",
]
