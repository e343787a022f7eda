"""The engine: forward pass in, proven derivatives out.

What happens to a model, in order of the files:

- *declared* in ``vocabulary`` and ``declaration``, as ``expressions`` of ``functions`` and shapes,
  where ``consistency`` refuses a name with two meanings;
- *derived* by ``reverse``, one rule an operator (``rules``), in ``textbook`` form;
- *proven* by ``prove``, three times: ``proofs.all_sizes`` (index notation in ``entries`` and
  ``slopes``, decided by ``normal_form``), ``proofs.exact`` (residues with tangents) and
  ``proofs.numeric`` (the printed code against slopes with many digits, with two ``stand_ins`` for
  an abstract function);
- *got wrong on purpose* by ``mutations``, which ``killing`` puts before the proofs and ``recipes``
  turns into callables;
- *printed* by ``printers``, drawn from ``graph``, re-checked from ``proofs.certificate``.
"""
