"""`manage.py demo --stage STAGE`: the demonstration's data, through the same verbs as the screens."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import stages
from hmic_core.errors import NotAllowed


class Command(BaseCommand):
    help = "Make the demonstration's data, up to a named stage. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", choices=stages.STAGES, default="accuracy")
        parser.add_argument("--seed", type=int, default=2014, help="decides which invented findings a force gets")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()

        def say(sentence: str) -> None:
            self.stdout.write(f"  {time.monotonic() - begun:5.1f} s  {sentence}")
            self.stdout.flush()

        try:
            stages.build(options["stage"], options["seed"], say)
        except NotAllowed as refusal:
            raise CommandError(f"The demonstration could not be made: {refusal.sentence}") from refusal
