"""What is learnt, and how: encoder, intent head, confidence and thresholds (needs ``baowen[train]``)."""
