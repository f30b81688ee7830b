"""From records to what `render` draws: one engine a family, one Display for all, live links through the same door."""
