"""The library in the window: a dock with a grid of thumbnails, what is known of the chosen ones, and their way into
documents."""
