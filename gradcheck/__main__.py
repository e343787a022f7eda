"""``python -m gradcheck``: the same as the command."""

from gradcheck.working_folder import forget_working_folder

if __name__ == "__main__":
    forget_working_folder()

    from gradcheck.cli import main

    main()
