"""The loop that learns: gaps, drift alarms, and a candidate beside the bundle in use."""
