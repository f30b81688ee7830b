"""Order keys lie between their neighbours and stay short however a list grows."""

import random

import pytest

from editor.model.order import key_between, keys_between


@pytest.mark.parametrize("at_end", [True, False])
def test_ten_thousand_in_a_row_stay_short(at_end: bool) -> None:
    keys = [key_between("", "")]
    for _ in range(10_000):
        keys.append(key_between(keys[-1], "") if at_end else key_between("", keys[-1]))
    assert keys == sorted(set(keys), reverse=not at_end)
    assert max(map(len, keys)) <= 5


def test_keys_made_anywhere_are_between() -> None:
    chance = random.Random(5)
    keys: list[str] = []
    for _ in range(3000):
        place = chance.choice((0, len(keys), chance.randrange(len(keys) + 1)))
        before = keys[place - 1] if place else ""
        after = keys[place] if place < len(keys) else ""
        count = chance.choice((1, 1, 1, 3))
        made = keys_between(before, after, count)
        assert len(made) == count and not any(key.endswith("0") for key in made)
        keys[place:place] = made
        if place:
            assert keys[place - 1] < keys[place]
        assert not after or made[-1] < after
        assert made == sorted(set(made))
    assert keys == sorted(set(keys))
