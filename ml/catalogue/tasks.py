"""The tasks that models are made for. A catalogue entry names one; a tool lists those it can use."""

TASKS = {
    "matting": "Cut out the subject",
    "segmentation": "Select by click or box",
    "face_detection": "Find faces",
    "face_landmarks": "Points of a face",
    "style": "Style transfer",
    "upscale": "Enlarge",
    "denoise": "Remove noise",
    "inpaint": "Remove objects",
    "depth": "Estimate depth",
    "generate": "Generate images",
    "speech_recognition": "Captions from speech",
    "voice_activity": "Find speech",
    "speech_denoise": "Clean speech",
    "speech": "Text to speech",
    "embedding": "Search by picture and text",
    "language": "Language model on this machine",
}
"""Names are stable; the labels are English and shown through `tr`."""
