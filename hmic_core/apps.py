from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hmic_core"
    verbose_name = "Ground"

    def ready(self) -> None:
        # Registers the deployment check that a PDF can be rendered.
        from hmic_core.accounts.roles import register_global_roles
        from hmic_core.pdf import rendering  # noqa: F401

        register_global_roles()
