"""What is watched while customers are being served."""
