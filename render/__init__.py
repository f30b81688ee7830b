"""Pixels and sound: engines that take plain values and give arrays. They know no document and no screen."""
