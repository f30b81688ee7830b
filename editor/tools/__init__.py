"""Tools as small state machines without Qt: events in document units come in, gestures and commands go out."""
