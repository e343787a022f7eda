"""What a report says, before any format: pages of blocks, formulas and drawings.

The same content feeds HTML, Markdown, LaTeX and PDF; nothing here knows how a format looks.
"""
