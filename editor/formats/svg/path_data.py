"""SVG's path data to an outline. An error ends the path where it stands, as SVG 2 (9.5.4) wants."""

import re

from editor.formats.svg.values import NUMBER
from render.geometry import Point
from render.vector.path import PathBuilder, PathData, arc_to

_COMMAND = re.compile(r"[\s,]*([MmZzLlHhVvCcSsQqTtAa])")
_ARGUMENT = re.compile(rf"[\s]*,?[\s]*({NUMBER})")
_FLAG = re.compile(r"[\s]*,?[\s]*([01])")
_COUNTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.path = PathBuilder()
        self.here = self.start = Point(0.0, 0.0)
        self.handle: Point | None = None
        self.previous = ""
        self.closed = False

    def run(self) -> PathData:
        command = ""
        while True:
            found = _COMMAND.match(self.text, self.at)
            if found:
                command, self.at = found[1], found.end()
                if not self.previous and command not in "Mm":
                    break
            elif not command or command in "Zz":
                break
            elif command in "Mm":
                command = "L" if command == "M" else "l"
            numbers = self._arguments(command.upper())
            if numbers is None:
                break
            self._apply(command, numbers)
        return self.path.build()

    def _arguments(self, command: str) -> list[float] | None:
        numbers: list[float] = []
        for index in range(_COUNTS[command]):
            pattern = _FLAG if command == "A" and index in (3, 4) else _ARGUMENT
            found = pattern.match(self.text, self.at)
            if found is None:
                return None
            numbers.append(float(found[1]))
            self.at = found.end()
        return numbers

    def _apply(self, letter: str, numbers: list[float]) -> None:
        command = letter.upper()
        if letter.islower():
            numbers = self._absolute(command, numbers)
        if self.closed and command not in "MZ":
            self.path.move_to(self.start.x, self.start.y)
        self.closed = command == "Z"
        handle: Point | None = None
        if command == "M":
            self.start = Point(*numbers)
            self.path.move_to(*numbers)
        elif command == "Z":
            self.path.close()
            numbers = [self.start.x, self.start.y]
        elif command in "LHV":
            numbers = self._line(command, numbers)
        elif command in "CS":
            handle = self._cubic(command, numbers)
        elif command in "QT":
            handle = self._quadratic(command, numbers)
        else:
            arc_to(
                self.path, self.here, numbers[0], numbers[1], numbers[2], bool(numbers[3]), bool(numbers[4]),
                Point(numbers[5], numbers[6]),
            )  # fmt: skip
        self.here, self.handle, self.previous = Point(numbers[-2], numbers[-1]), handle, command

    def _absolute(self, command: str, numbers: list[float]) -> list[float]:
        x, y = self.here.x, self.here.y
        if command == "H":
            return [numbers[0] + x]
        if command == "V":
            return [numbers[0] + y]
        if command == "A":
            return [*numbers[:5], numbers[5] + x, numbers[6] + y]
        return [number + (y if index % 2 else x) for index, number in enumerate(numbers)]

    def _line(self, command: str, numbers: list[float]) -> list[float]:
        if command == "H":
            numbers = [numbers[0], self.here.y]
        elif command == "V":
            numbers = [self.here.x, numbers[0]]
        self.path.line_to(*numbers)
        return numbers

    def _mirrored(self, family: str) -> Point:
        if self.previous not in family or not self.previous or self.handle is None:
            return self.here
        return Point(2 * self.here.x - self.handle.x, 2 * self.here.y - self.handle.y)

    def _cubic(self, command: str, numbers: list[float]) -> Point:
        if command == "S":
            one = self._mirrored("CS")
            numbers = [one.x, one.y, *numbers]
        self.path.cubic_to(*numbers)
        return Point(numbers[2], numbers[3])

    def _quadratic(self, command: str, numbers: list[float]) -> Point:
        handle = self._mirrored("QT") if command == "T" else Point(numbers[0], numbers[1])
        self.path.quad_to(handle.x, handle.y, numbers[-2], numbers[-1])
        return handle


def parse_path(text: str) -> PathData:
    """Everything up to the first error; empty when it does not begin with a move."""
    return _Parser(text).run()
