from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hmic_core"
    verbose_name = "Ground"
