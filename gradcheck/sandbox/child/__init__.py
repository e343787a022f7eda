"""What runs on the far side of the wall: the warm parent and the protected children it forks.

The folder is loaded there under a private name, without the rest of this project: its modules
import each other relatively, and otherwise only the standard library and NumPy.
"""
