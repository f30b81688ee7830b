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
    """Count up. Each "z" in front makes the counter behind it one digit wider: 100,000 keys in a row have 5 digits."""
    if not before:
        return "V"
    front = before[: len(before) - len(before.lstrip("z"))]
    width = len(front) + 1
    return front + _digits(_number(before[len(front) :], width) + 1, width)


def _below(after: str) -> str:
    """Count down in the same way, with "0" in front."""
    front = after[: len(after) - len(after.lstrip("0"))]
    width = len(front) + 1
    rest = after[len(front) :]
    if not rest:
        raise ValueError(f"{after!r} is no order key")
    number = _number(rest, width) - (len(rest) <= width)
    return front + _digits(number, width) if number else front + "0" + "z" * (width + 1)


def _number(digits: str, width: int) -> int:
    """The first `width` digits as a whole number."""
    number = 0
    for digit in digits[:width].ljust(width, "0"):
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number


def _digits(number: int, width: int) -> str:
    """The inverse of `_number`, without zeros at the end."""
    text = ""
    for _ in range(width):
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text.rstrip("0")


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
    return [_digits(number * step, width) for number in range(1, count + 1)]
