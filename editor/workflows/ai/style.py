"""Art filters and style transfer."""
