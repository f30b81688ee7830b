"""Denoise, remove objects, blur by depth."""
