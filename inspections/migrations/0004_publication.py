"""Proposed items, announcements, reopenings, legal holds; the gate asked once a query; triggers on releases."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from inspections.embargo import FUNCTION, RULE
from inspections.migrations import _guards

GATE = f"""
ALTER POLICY public_only ON inspections_releaseitem USING ({RULE.format(state="state", release="release_id")});
DROP FUNCTION inspections_is_public(uuid, text);
"""
GATE_BEFORE = """
CREATE FUNCTION inspections_is_public(item_release uuid, item_state text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT item_state = 'active' AND item_release IN (SELECT public.inspections_public_releases()) $$;
ALTER POLICY public_only ON inspections_releaseitem USING (inspections_is_public(release_id, state));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("forces", "0001_initial"),
        ("inspections", "0003_frozen_items"),
        ("hmic_core", "0003_publication"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("provisional", "Provisional"),
                            ("confirmed", "Confirmed"),
                            ("held", "On hold"),
                            ("cancelled", "Cancelled"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="provisional",
                        max_length=20,
                    ),
                ),
                ("planned_for", models.DateTimeField()),
                ("changed_from", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["release", "number"],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=500)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="releaseitem",
            name="item_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="releaseitem",
            name="item_state_known",
        ),
        migrations.AddField(
            model_name="release",
            name="follows",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="inspections.release",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="notice_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notice_releases",
                to="inspections.release",
            ),
        ),
        migrations.AddField(
            model_name="releaseitem",
            name="approved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="releaseitem",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="releaseitem",
            name="proposed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="releaseitem",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="releaseitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("inspection", "Inspection page"),
                    ("report", "National report"),
                    ("letter", "Force letter"),
                    ("original", "Original document"),
                    ("notice", "Notice"),
                    ("update", "Force update"),
                    ("response", "56-day response"),
                    ("recommendation", "Recommendation's status"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="releaseitem",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "Waits for a second person"),
                    ("active", "Active"),
                    ("dropped", "Dropped"),
                    ("superseded", "Superseded"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="active",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "inspection",
                            "report",
                            "letter",
                            "original",
                            "notice",
                            "update",
                            "response",
                            "recommendation",
                        ],
                    )
                ),
                name="item_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "active", "dropped", "superseded", "withdrawn"])),
                name="item_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="releaseitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="item_confirmed_by_another",
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="announcements", to="inspections.release"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="force",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="legal_holds",
                to="forces.force",
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="legal_holds", to="inspections.inspection"
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="lifted_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="placed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reopening",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reopening",
            name="item",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="reopening", to="inspections.releaseitem"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.UniqueConstraint(fields=("release", "number"), name="announcement_number_once"),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["provisional", "confirmed", "held", "cancelled", "withdrawn"])),
                name="announcement_standing_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_from", None), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="announcement_change_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_by", None)),
                    models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                    _connector="OR",
                ),
                name="legal_hold_lifted_whole",
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION inspections_public_releases()"),
        migrations.RunSQL(GATE, GATE_BEFORE),
        migrations.RunSQL(_guards.FROZEN + _guards.RELEASE + _guards.ITEM + _guards.WITNESSED, _guards.UNDO),
    ]
