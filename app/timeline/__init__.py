"""The timeline panel: tracks, clips, ruler and playhead, painted by hand so that a thousand clips stay fluent.

`TimelinePanel(project, document, display, player)` is the door; gestures run through `editor/tools/video`.
"""
