"""The commands, one a file; what each needs is loaded only when it runs."""
