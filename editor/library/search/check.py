"""Whether a search means anything, before it is kept."""

from editor.library.search.fields import BEYOND, question_of
from editor.library.search.language import Field, Not, Query, Word, parse


def check_search(text: str) -> Query:
    """The query of a text. Raises ExpectedError for fields and values that mean nothing."""
    query = parse(text)
    for field in fields_of(query):
        if field.name not in BEYOND:
            question_of(field)
    return query


def fields_of(query: Query) -> list[Field]:
    if isinstance(query, Field):
        return [query]
    if isinstance(query, Word):
        return []
    items = (query.item,) if isinstance(query, Not) else query.items
    return [field for item in items for field in fields_of(item)]
