"""Names of slots, columns and words in braces, as people write them."""

import unicodedata


def folded(name: str) -> str:
    """A name without case, accents, spaces and punctuation: how a table's headings are matched to slots.

    >>> folded("Prénom du client") == folded("prenom_du_client")
    True
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if letter.isalnum())
    return letters or name.casefold().strip()
