"""How many plausible mistakes each proof method refutes, and which mistakes are none.

Run ``python benchmarks/mutations.py [NAME ...]``: every formula of every derivation is changed in
every plausible way (sign, mean, transpose, operand, activation derivative, axis, ...), and each
method judges each change by itself. A change that all three find equal is listed as equivalent.
"""

import sys
from collections import Counter

import derivations

NAMES = sys.argv[1:] or derivations.names()

for name in NAMES:
    declared = derivations.load(name)
    if not isinstance(declared, derivations.Derivation):
        continue  # a topic of statements, without formulas to change
    trials = derivations.try_mutations(declared)
    codes = Counter(trial.code for trial in trials if not trial.equivalent)
    print(f"{name}: " + ", ".join(f"{code} {n}" for code, n in sorted(codes.items())))
    print(derivations.kill_table(trials))
