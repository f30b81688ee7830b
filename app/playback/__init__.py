"""Playing a timeline: sound leads, pictures follow and are dropped when late. `Player` is the door."""
