"""Sound: any file's audio as float32 stereo at 48 kHz by exact sample, mixing, and waveform peaks. Knows no document.

A sample's number counts from the file's time 0: sample n is at n/48000 s. Blocks are (samples, 2) float32 in -1..1.
"""

SAMPLE_RATE = 48_000
