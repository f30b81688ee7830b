"""Art filters, the look of another picture, and style networks."""
