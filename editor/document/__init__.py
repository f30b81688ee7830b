"""The live project: records behind one transaction, changes as data, history as a tree, gestures, indexes and links."""
