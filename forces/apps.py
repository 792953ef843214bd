from django.apps import AppConfig


class ForcesConfig(AppConfig):
    name = "forces"

    def ready(self) -> None:
        from forces.models import Contact, Post, ask_of_everybody
        from hmic_core.accounts import access, roles
        from hmic_core.web.navigation import Entry, register

        ask_of_everybody()
        posts = Post.objects.not_ended
        roles.register(roles.Kind.FORCE, lambda user: Contact.objects.not_ended().filter(user=user))
        roles.register(roles.Kind.FORCE, lambda user: posts().filter(person__user=user, kind=Post.Kind.CHIEF_OFFICER))
        roles.register(
            roles.Kind.SIGNATORY, lambda user: posts().filter(person__user=user, kind=Post.Kind.HM_INSPECTOR)
        )
        register(
            Entry(80, "Accounts", "forces:account-list", access.is_system_admin),
            Entry(81, "Forces and posts", "forces:force-list", access.is_system_admin),
        )
