"""Make pictures from words."""
