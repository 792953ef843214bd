import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('hmic_core', '0004_search_phrases'),
        ('letters', '0002_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportedLetter',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('read', 'To be confirmed'), ('confirmed', 'Confirmed'), ('discarded', 'Discarded')], default='read', max_length=20)),
                ('source_hash', models.CharField(max_length=64, unique=True)),
                ('source_text', models.TextField()),
                ('result', models.JSONField()),
                ('reading', models.JSONField(default=dict)),
                ('answers', models.JSONField(default=dict)),
                ('corrections', models.JSONField(default=dict)),
                ('open_questions', models.PositiveIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('read_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hmic_core.storedfile')),
                ('letter', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imported_from', to='letters.letter')),
                ('read_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EarlierReading',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('reading', models.JSONField()),
                ('answers', models.JSONField()),
                ('corrections', models.JSONField()),
                ('result', models.JSONField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('opened_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('imported', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='earlier', to='archive.importedletter')),
            ],
            options={
                'ordering': ('-number',),
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=255)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('read', 'Read'), ('refused', 'Refused')], default='waiting', max_length=20)),
                ('reason', models.TextField(blank=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='archive.importbatch')),
                ('file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hmic_core.storedfile')),
                ('imported', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='archive.importedletter')),
            ],
            options={
                'ordering': ('position',),
            },
        ),
        migrations.AddConstraint(
            model_name='importedletter',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['read', 'confirmed', 'discarded'])), name='import_state_known'),
        ),
        migrations.AddConstraint(
            model_name='earlierreading',
            constraint=models.UniqueConstraint(fields=('imported', 'number'), name='earlier_reading_number'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.UniqueConstraint(fields=('batch', 'position'), name='import_file_position'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'read', 'refused'])), name='import_file_state_known'),
        ),
        migrations.AddConstraint(
            model_name='importfile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'read'), _negated=True), ('imported__isnull', False), _connector='OR'), name='import_file_read_has_letter'),
        ),
    ]
