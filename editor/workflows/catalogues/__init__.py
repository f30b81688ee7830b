"""Free catalogues of others: searched after a person agreed to speak to them, fetched from after each question."""
