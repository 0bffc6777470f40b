"""The dashboard's side of the API: what is asked for, and how figures are told."""
