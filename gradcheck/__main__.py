"""``python -m gradcheck``: the same as the command."""

from gradcheck.guard import forget_working_folder

if __name__ == "__main__":
    forget_working_folder()

    from gradcheck.cli import main

    main()
