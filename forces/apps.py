from django.apps import AppConfig


class ForcesConfig(AppConfig):
    name = "forces"

    def ready(self) -> None:
        from forces.models import ask_of_everybody

        ask_of_everybody()
