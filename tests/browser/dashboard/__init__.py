"""The dashboard: figures, audits, staffing."""
