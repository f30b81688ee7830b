"""Timelines of other programs through OpenTimelineIO: OTIO out and in, EDL (CMX 3600) and Final Cut 7 XML in.

What OpenTimelineIO has a word for (tracks, clips, gaps, dissolves, markers, speeds) is said in its words, so that other
programs understand it; the whole record of each part stands beside it as metadata under "atelier", so that our own
files come back without loss. Where the two disagree, somebody edited the file: the words win.
"""
