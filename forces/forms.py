"""What system admins type about people: accounts, contacts, posts."""

from django import forms

from forces.models import Contact, Force
from hmic_core.forms.fields import DayField, Form, radios, select, text, textarea
from hmic_core.models import GlobalRole, User


class AccountForm(Form):
    name = forms.CharField(
        label="Name", max_length=120, error_messages={"required": "Enter the person’s name, as others will read it"}
    )
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="They sign in with it, and get a message that leads to a first password.",
        error_messages={
            "required": "Enter a work e-mail address",
            "invalid": "Enter an e-mail address, like name@force.police.uk",
        },
    )
    layout = [text("name"), text("email")]


class ReasonForm(Form):
    reason = forms.CharField(
        label="Reason",
        help_text="Kept in the audit trail.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Give a reason. It is kept"},
    )
    layout = [textarea("reason", rows=3)]


class RoleForm(Form):
    role = forms.ChoiceField(
        label="Role",
        choices=GlobalRole.Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role"},
    )
    layout = [radios("role", small=True)]


class ContactForm(Form):
    force = forms.ModelChoiceField(
        label="Force", queryset=Force.objects.none(), error_messages={"required": "Choose the force"}
    )
    capacity = forms.ChoiceField(
        label="They speak for it as",
        choices=Contact.Capacity.choices,
        error_messages={"required": "Choose in which capacity they speak for the force"},
    )
    telephone = forms.CharField(
        label="Telephone (optional)",
        help_text="For a night on which something has to be said at once.",
        max_length=40,
        required=False,
    )
    layout = [select("force"), select("capacity"), text("telephone", width=20)]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["force"].queryset = Force.objects.filter(successor=None)  # type: ignore[attr-defined]


class VerifyForm(Form):
    how = forms.CharField(
        label="How did you make sure that this is the right person?",
        help_text="For example: rang the force’s switchboard and was put through. Kept in the audit trail.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Say how you made sure, for example whom you rang"},
    )
    layout = [textarea("how", rows=3)]


class RegionForm(Form):
    name = forms.CharField(
        label="Name of the region", max_length=80, error_messages={"required": "Enter the region’s name"}
    )
    layout = [text("name", width=30)]


class MembershipForm(Form):
    force = forms.ModelChoiceField(
        label="Force", queryset=Force.objects.none(), error_messages={"required": "Choose the force"}
    )
    starts_on = DayField(label="From", help_text="It leaves the region it was in the day before.")
    layout = [select("force"), "starts_on"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["force"].queryset = Force.objects.filter(successor=None)  # type: ignore[attr-defined]


class PostForm(Form):
    title = forms.CharField(label="Title (optional)", help_text="Such as Mr or Dame.", max_length=20, required=False)
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter who holds the post"})
    honours = forms.CharField(
        label="Letters after the name (optional)", help_text="For example QPM.", max_length=80, required=False
    )
    salutation = forms.CharField(
        label="How letters greet them (optional)",
        help_text="“Adrian” makes “Dear Adrian”. Without it the letter uses title and name.",
        max_length=80,
        required=False,
    )
    post_title = forms.CharField(
        label="What the post is called", max_length=80, error_messages={"required": "Enter what the post is called"}
    )
    starts_on = DayField(
        label="First day in the post",
        help_text="Whoever held it before ends the day before. Letters of the past keep the name they had.",
    )
    user = forms.ModelChoiceField(
        label="Their account (optional)",
        help_text="HM Inspectors sign letters with it.",
        queryset=User.objects.none(),
        required=False,
    )
    layout = [
        text("title", width=10),
        text("name"),
        text("honours", width=20),
        text("salutation", width=20),
        text("post_title"),
        "starts_on",
        select("user"),
    ]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].queryset = User.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
