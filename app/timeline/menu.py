"""The menu of the right button: what can be done with the clip, the dissolve, the gap or the ruler under it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QMenu

from app.icons import icon
from app.timeline.headers import track_menu
from editor.base.translation import tr
from editor.model.video import Caption, Clip
from editor.tools.video.rows import hit, track_at, transition_at

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel


def context_menu(panel: TimelinePanel, seconds: float, row: float, on_ruler: bool) -> QMenu:
    """Ready to pop up; it goes when it closes."""
    if on_ruler:
        return _ruler_menu(panel, seconds)
    transition = transition_at(panel.project, panel.document, seconds, row)
    if transition is not None:
        panel.project.select((transition.id,))
        return _made(panel, [("trash", tr("Remove dissolve"), panel.delete)])
    found = hit(panel.project, panel.document, seconds, row, panel.geometry_.zoom)
    if found is None:
        return _gap_menu(panel, seconds, row)
    if found.item.id not in panel.project.selection:
        panel.project.select((found.item.id,))
    if isinstance(found.item, Caption):
        return _made(panel, [
            ("text", tr("Edit text…"), lambda: panel.edit_caption(found.item.id)),
            ("cut", tr("Split at playhead"), panel.split),
            ("properties", tr("Save as preset..."), lambda: _trigger(panel, "preset.save")),
            ("plus", tr("Mark as slot..."), lambda: _trigger(panel, "template.mark")),
            ("trash", tr("Delete"), panel.delete),
        ])
    return _clip_menu(panel, found.item)


def _made(panel: TimelinePanel, entries: list[tuple[str, str, Callable[[], object]] | None]) -> QMenu:
    menu = QMenu(panel)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
            continue
        picture, text, act = entry
        action = menu.addAction(icon(picture), text) if picture else menu.addAction(text)
        action.triggered.connect(lambda _checked=False, act=act: act())
    return menu


def _trigger(panel: TimelinePanel, action: str) -> None:
    """What the window asks is asked there, not here."""
    bindings = getattr(panel.window(), "bindings", None)
    if bindings is not None:
        bindings.actions[action].trigger()


def _clip_menu(panel: TimelinePanel, clip: Clip) -> QMenu:
    project = panel.project
    chosen = tuple(key for key in project.selection if isinstance(project.get(key), Clip))
    on, linked = clip.enabled, bool(clip.link)
    return _made(panel, [
        ("cut", tr("Split at playhead"), panel.split),
        ("blend", tr("Dissolve at the beginning"), lambda: panel.dissolve("head")),
        ("blend", tr("Dissolve at the end"), lambda: panel.dissolve("tail")),
        None,
        ("eye", tr("Opacity…"), lambda: _ask_opacity(panel, chosen, clip)),
        ("audio", tr("Volume…"), lambda: _ask_volume(panel, chosen, clip)),
        ("", tr("Fade in and out (0.5 s)"), lambda: panel.run(
            "video.set_fades", clips=chosen, fade_in=Fraction(1, 2), fade_out=Fraction(1, 2))),
        ("", tr("No fades"), lambda: panel.run(
            "video.set_fades", clips=chosen, fade_in=Fraction(0), fade_out=Fraction(0))),
        None,
        ("eye-off" if on else "eye", tr("Turn off") if on else tr("Turn on"), lambda: panel.run(
            "video.enable_clips", clips=chosen, enabled=not on)),
        ("link", tr("Unlink picture and sound") if linked else tr("Link selected clips"), lambda: panel.run(
            "video.link_clips", clips=chosen, linked=not linked)),
        None,
        ("properties", tr("Save as preset..."), lambda: _trigger(panel, "preset.save")),
        ("plus", tr("Mark as slot..."), lambda: _trigger(panel, "template.mark")),
        None,
        ("trash", tr("Delete"), panel.delete),
        ("trash", tr("Ripple delete"), panel.ripple_delete),
    ])  # fmt: skip


def _gap_menu(panel: TimelinePanel, seconds: float, row: float) -> QMenu:
    track = track_at(panel.project, panel.document, row)
    menu = track_menu(panel, track, panel)
    time = Fraction(max(0.0, seconds)).limit_denominator(10**6)
    menu.addSeparator()
    if track is not None:
        close = menu.addAction(tr("Close gap"))
        close.triggered.connect(lambda: panel.run("video.close_gap", track=track.id, time=time))
    caption = menu.addAction(icon("caption"), tr("Add caption here"))
    caption.triggered.connect(lambda: panel.add_caption(time))
    return menu


def _ruler_menu(panel: TimelinePanel, seconds: float) -> QMenu:
    time = Fraction(max(0.0, seconds)).limit_denominator(10**6)
    return _made(panel, [
        ("marker", tr("Set marker here"), lambda: panel.set_marker(time)),
        None,
        ("", tr("In point here"), lambda: panel.set_in(time)),
        ("", tr("Out point here"), lambda: panel.set_out(time)),
        ("", tr("Clear in and out"), panel.clear_range),
    ])


def _ask_opacity(panel: TimelinePanel, clips: tuple[str, ...], clip: Clip) -> None:
    value, agreed = QInputDialog.getInt(panel, tr("Opacity"), tr("Per cent"), round(clip.opacity * 100), 0, 100, 5)
    if agreed:
        panel.run("video.set_opacity", clips=clips, opacity=value / 100)


def _ask_volume(panel: TimelinePanel, clips: tuple[str, ...], clip: Clip) -> None:
    value, agreed = QInputDialog.getInt(panel, tr("Volume"), tr("Per cent"), round(clip.volume * 100), 0, 1600, 5)
    if agreed:
        panel.run("video.set_volume", clips=clips, volume=value / 100)
