"""Children stay sorted however they come, and redo finds the way after any number of edits."""

import random

from editor.document.history import History, HistoryEntry
from editor.document.index import Index
from editor.document.project import Project
from editor.model.record import Record


def test_children_added_at_the_end_or_anywhere_are_sorted() -> None:
    chance = random.Random(3)
    records: dict[str, Record] = {"top": Record(id="top")}
    index = Index(records)
    for number in range(300):
        order = f"{number:04d}" if chance.random() < 0.7 else f"{chance.randrange(300):04d}"
        item = Record(id=f"r{chance.randrange(10**6)}", parent="top", order=order)
        before = records.get(item.id)
        records[item.id] = item
        index.replace(before, item)
        if number % 3:
            assert index.children("top") == Index(records).children("top")
        if number % 7 == 0:
            gone = records.pop(chance.choice(index.children("top")))
            index.replace(gone, None)
        if number % 5 == 1:
            old = records[chance.choice(index.children("top"))]
            records[old.id] = moved = Record(id=old.id, parent="top", order=f"{chance.randrange(300):04d}")
            index.replace(old, moved)
    assert index.children("top") == Index(records).children("top")


def test_redo_after_appending_goes_back_along_the_same_way() -> None:
    history = History()
    for number in range(1, 5):
        history.append(HistoryEntry(id=number, parent=history.head, label="", time=0.0))
    history.move(2)
    history.append(HistoryEntry(id=5, parent=2, label="", time=0.0))
    history.move(0)
    assert history.visible() == [1, 2, 5] and history.branch_count() == 2
    assert Project.in_memory().history.visible() == []
