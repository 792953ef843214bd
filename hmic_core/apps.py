from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hmic_core"
    verbose_name = "Ground"

    def ready(self) -> None:
        # Registers the deployment check that a PDF can be rendered.
        from hmic_core import pdf  # noqa: F401
        from hmic_core.roles import register_global_roles

        register_global_roles()
