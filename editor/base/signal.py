"""The one way in which the core tells listeners that something happened."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Signal(Generic[T]):
    """A list of callables, called in the order of connection with one typed value.

    A listener's exception does not keep the others from hearing: the first one is raised again after all were called.

    >>> heard = []
    >>> changed = Signal[int]()
    >>> disconnect = changed.connect(heard.append)
    >>> changed.emit(3); disconnect(); changed.emit(4)
    >>> heard
    [3]
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], object]] = []

    def connect(self, listener: Callable[[T], object]) -> Callable[[], None]:
        """Call `listener` at each `emit` until the returned function is called."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def emit(self, value: T) -> None:
        failure: Exception | None = None
        for listener in tuple(self._listeners):
            try:
                listener(value)
            except Exception as error:  # noqa: BLE001 - every listener must hear; the first failure is raised below
                failure = failure or error
        if failure is not None:
            raise failure
