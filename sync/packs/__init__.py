"""What a pack is: made of a folder, checked, taken in. Knows no bucket."""
