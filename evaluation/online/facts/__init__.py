"""What is counted: each family of facts is one SQL statement, a row a unit, a column a measure."""
