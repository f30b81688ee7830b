"""Fractional order keys: a text between any two texts, so that one moved child changes one record.

Keys are digits of base 62 after an imagined point, never ending in "0", compared as plain text (the scheme described by
Evan Wallace for Figma, 2017).
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def key_between(before: str, after: str) -> str:
    """A key strictly between two others; an empty text is the open end on that side.

    >>> key_between("", ""), key_between("V", ""), key_between("", "V"), key_between("V", "W")
    ('V', 'W', 'U', 'VV')
    """
    if after and not before < after:
        raise ValueError(f"{before!r} does not come before {after!r}")
    if not after:
        return _above(before)
    if not before:
        return _below(after)
    return _middle(before, after)


def _above(before: str) -> str:
    for index, digit in enumerate(before):
        if digit != "z":
            return before[:index] + DIGITS[DIGITS.index(digit) + 1]
    return before + "V"


def _below(after: str) -> str:
    for index, digit in enumerate(after):
        place = DIGITS.index(digit)
        if place > 1:
            return after[:index] + DIGITS[place - 1]
        if place == 1:
            return after[:index] + "0V"
    raise ValueError(f"{after!r} is no order key")


def _middle(before: str, after: str) -> str:
    prefix = ""
    index = 0
    while True:
        low = DIGITS.index(before[index]) if index < len(before) else 0
        high = DIGITS.index(after[index]) if index < len(after) else len(DIGITS)
        if high - low > 1:
            return prefix + DIGITS[(low + high) // 2]
        prefix += DIGITS[low]
        if high - low == 1:
            return prefix + _above(before[index + 1 :])
        index += 1


def keys_between(before: str, after: str, count: int) -> list[str]:
    """`count` rising keys between two others, short even for many."""
    if count <= 0:
        return []
    if not after and not before and count > 8:
        return _spread(count)
    if not after or count == 1:
        keys: list[str] = []
        for _ in range(count):
            before = key_between(before, after)
            keys.append(before)
        return keys
    middle = key_between(before, after)
    half = count // 2
    return [*keys_between(before, middle, half), middle, *keys_between(middle, after, count - half - 1)]


def _spread(count: int) -> list[str]:
    """Evenly spaced keys of one length for a whole new list."""
    width = 1
    while len(DIGITS) ** width < 2 * (count + 2):
        width += 1
    step = len(DIGITS) ** width // (count + 1)
    keys = []
    for number in range(1, count + 1):
        value, key = number * step, ""
        for _ in range(width):
            value, digit = divmod(value, len(DIGITS))
            key = DIGITS[digit] + key
        keys.append(key.rstrip("0"))
    return keys
