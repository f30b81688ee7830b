"""Small models trained on this machine: recipes, runs that survive a crash, export, comparison. Only here is torch."""
