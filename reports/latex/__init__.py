"""Pages as LaTeX documents that compile by themselves, with pictures in TikZ."""
