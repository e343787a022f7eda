"""What belongs there: the formulas, the problems, and how arrays may be laid out."""
