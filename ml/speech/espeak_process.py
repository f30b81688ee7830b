"""What runs in the process that speaks with eSpeak NG: its library by ctypes, which is under the GPL (version 3).

It is loaded in this process alone, which is spoken to with plain values over a pipe.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

RETRIEVAL, UTF8, IPA, POSITION_CHARACTER = 1, 1, 2, 1
RATE, VOLUME, PITCH = 1, 2, 3
LIST_END, WORD = 0, 1
DONT_EXIT = 0x8000


class Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h; the union at its end is eight bytes."""

    _fields_ = [
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint), ("text_position", ctypes.c_int),
        ("length", ctypes.c_int), ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", ctypes.c_char * 8),
    ]


class Voice(ctypes.Structure):
    """The first fields of espeak_VOICE."""

    _fields_ = [
        ("name", ctypes.c_char_p), ("languages", ctypes.c_char_p), ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte), ("age", ctypes.c_ubyte), ("variant", ctypes.c_ubyte), ("rest", ctypes.c_ubyte),
        ("score", ctypes.c_int), ("spare", ctypes.c_void_p),
    ]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Library:
    """eSpeak NG with its data, initialised for giving samples back."""

    def __init__(self, path: str, data: str) -> None:
        self.library = ctypes.CDLL(path)
        self.library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(Voice))
        self.library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
        self.rate = self.library.espeak_Initialize(RETRIEVAL, 0, data.encode(), DONT_EXIT)
        if self.rate <= 0:
            raise OSError("eSpeak NG did not start")
        self._samples = bytearray()
        self._words: list[tuple[int, int, int]] = []
        self._callback = CALLBACK(self._heard)
        self.library.espeak_SetSynthCallback(self._callback)

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """By "do": "voices", "speak" or "phonemes"."""
        if question["do"] == "voices":
            return {"voices": self._voices()}
        if not self._choose(question["voice"]):
            return {"failed": "voice"}
        if question["do"] == "phonemes":
            return {"phonemes": self._phonemes(question["text"])}
        return self._speak(question)

    def _choose(self, wanted: str) -> bool:
        """A voice by its name, its file or its language ("en-gb"), with a variant after a plus ("fr+f2")."""
        base, plus, variant = wanted.strip().partition("+")
        known = [*self._voices_of(base), base] if base else ["en"]
        return any(self.library.espeak_SetVoiceByName(f"{name}{plus}{variant}".encode()) == 0 for name in known)

    def _voices_of(self, language: str) -> list[str]:
        return [identifier for spoken, _, identifier in self._voices() if spoken.lower() == language.lower()]

    def _speak(self, question: dict[str, Any]) -> dict[str, Any]:
        for number, name in ((RATE, "rate"), (VOLUME, "volume"), (PITCH, "pitch")):
            self.library.espeak_SetParameter(number, int(question[name]), 0)
        self._samples, self._words = bytearray(), []
        text = question["text"].encode()
        failed = self.library.espeak_Synth(text, len(text) + 1, 0, POSITION_CHARACTER, 0, UTF8, None, None)
        self.library.espeak_Synchronize()
        if failed:
            return {"failed": "speech"}
        return {"rate": self.rate, "samples": bytes(self._samples), "words": self._words}

    def _heard(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._samples += ctypes.string_at(samples, 2 * count)
        place = 0
        while events[place].type != LIST_END:
            if events[place].type == WORD:
                self._words.append((events[place].text_position, events[place].length, events[place].audio_position))
            place += 1
        return 0

    def _voices(self) -> list[tuple[str, str, str]]:
        """(language, name, identifier) of each."""
        listed = self.library.espeak_ListVoices(None)
        found = []
        place = 0
        while listed[place]:
            voice = listed[place].contents
            language = ctypes.string_at(voice.languages + b"")[1:] if voice.languages else b""
            found.append((language.decode(), voice.name.decode(), voice.identifier.decode()))
            place += 1
        return found

    def _phonemes(self, text: str) -> list[str]:
        """IPA, a clause each."""
        data = ctypes.create_string_buffer(text.encode())
        at = ctypes.c_void_p(ctypes.addressof(data))
        clauses = []
        while at.value:
            told = self.library.espeak_TextToPhonemes(ctypes.byref(at), UTF8, IPA)
            clauses.append(told.decode() if told else "")
        return clauses


def serve(path: str, data: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """What answers questions."""
    return Library(path, data).answer
