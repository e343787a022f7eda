"""Training judged by the steps that it takes, and by what it keeps on its way."""
