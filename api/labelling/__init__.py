"""Wires labelling: views for the page, files in and out."""
