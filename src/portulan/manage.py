"""Django's own commands: `python -m portulan.manage <command>`."""

import os
import sys


def main() -> None:
    """Run one management command with Portulan's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portulan.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
