"""Measures the assistant: labelled cases in, metrics with intervals and reports out."""
