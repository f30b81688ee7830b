"""Voice activity, speech denoise, beats and tempo."""
