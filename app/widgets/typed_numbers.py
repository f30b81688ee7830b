"""Numbers as people type them: sums, decimal commas, thousands apart, zeros in front, the minus of a text program."""

from __future__ import annotations

import ast
import math
import operator
import re

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00d7": "*", "\u00f7": "/"})
SPACES = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f](?=\d{3}(?!\d))")
"""What stands between thousands; a space in front of fewer or more than three digits parts two numbers."""
NUMBER = re.compile(r"(\d[\d.,]*|[.,]\d[\d.,]*)(e[+-]?\d+)?", re.IGNORECASE)


def calculate(text: str, unit: str = "") -> float | None:
    """A number or a sum such as 1920/2; `unit` may stand behind its numbers. None when it is neither.

    >>> calculate("1920/2 + 10"), calculate("3,5"), calculate("x")
    (970.0, 3.5, None)
    >>> calculate("12\\u202f000,5"), calculate("1 250,5"), calculate("1.234,5"), calculate("1,234.5")
    (12000.5, 1250.5, 1234.5, 1234.5)
    >>> calculate("050"), calculate("\\u22125"), calculate("50 %", "%"), calculate("50 %")
    (50.0, -5.0, 50.0, None)
    """
    if unit.strip():
        text = re.sub(re.escape(unit.strip()), " ", text, flags=re.IGNORECASE)
    text = SPACES.sub("", text.strip().translate(SIGNS))
    try:
        value = _value(ast.parse(NUMBER.sub(_plain, text).strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError, MemoryError):
        return None
    return value if math.isfinite(value) else None


def _plain(found: re.Match[str]) -> str:
    """One number as a program writes it. Raises ValueError."""
    digits, power = found[1], found[2] or ""
    point = max(digits.rfind("."), digits.rfind(","))
    mark = digits[point] if point >= 0 else ""
    others = digits.count("," if mark == "." else ".") > 0
    if mark and digits.count(mark) > 1:  # several of one kind part thousands
        if others:
            raise ValueError("no number")
        return repr(float(_joined(digits, mark) + power))
    whole, rest = (digits[:point], digits[point + 1 :]) if mark else (digits, "")
    if others:
        whole = _joined(whole, "," if mark == "." else ".")
    return repr(float(f"{whole or 0}.{rest}{power}"))


def _joined(digits: str, mark: str) -> str:
    """Without what stands between thousands. Raises ValueError for groups that are none."""
    first, *groups = digits.split(mark)
    if not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
        raise ValueError("no number")
    return "".join((first, *groups))


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and type(node.value) is float:
        return float(node.value)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return float(OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    raise ValueError("no number")
