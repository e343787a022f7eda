"""Pages as PDF, through Typst: selectable text, mathematics set by a typesetter.

``mathematics`` prints formulas, ``markup`` whole pages as Typst source, and ``compile`` hands that
to the compiler, which the extra ``gradcheck[pdf]`` brings.
"""
