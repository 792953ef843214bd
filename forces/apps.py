from django.apps import AppConfig


class ForcesConfig(AppConfig):
    name = "forces"

    def ready(self) -> None:
        from forces.models import ask_of_everybody
        from hmic_core import access
        from hmic_core.navigation import Entry, register

        ask_of_everybody()
        register(
            Entry(80, "Accounts", "forces:account-list", access.is_system_admin),
            Entry(81, "Forces and posts", "forces:force-list", access.is_system_admin),
        )
