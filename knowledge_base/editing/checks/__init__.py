"""What must hold before anyone is told an entry: by itself, beside the others, in search."""
