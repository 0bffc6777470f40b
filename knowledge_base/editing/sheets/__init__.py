"""Spreadsheets as people have them: read, understood, checked against what is there, and written."""
