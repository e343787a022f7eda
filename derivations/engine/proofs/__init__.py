"""Three independent proofs, and a re-checker that shares nothing with them."""
