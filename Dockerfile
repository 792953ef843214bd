# The production image: one for every process; docker-compose.yml says which one a container is.
# Not built by the project's tests, which have no container engine (README).
FROM python:3.13-slim-trixie

# What WeasyPrint needs for PDF files (script/_runner/native.py has the same list; a test compares them).
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig-config fonts-liberation \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt ./
# `--build-arg FROM_SOURCE=psycopg2-binary` builds the PostgreSQL driver against the distribution's own libpq, as its
# authors advise for production. By default their wheel is used, which carries a libpq and needs no compiler.
ARG FROM_SOURCE=:none:
RUN if [ "$FROM_SOURCE" != :none: ]; then \
        apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev && rm -rf /var/lib/apt/lists/*; \
    fi \
    && python3 -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --no-deps --require-hashes \
        --only-binary=:all: --no-binary="$FROM_SOURCE" -r requirements.txt

COPY . .
# The key signs nothing: collecting static files only needs the settings to load.
RUN HMIC_PRODUCTION=1 SECRET_KEY=only-for-this-step-of-the-build .venv/bin/python manage.py collectstatic --no-input \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin findings \
    && mkdir -p /srv/files && chown findings /srv/files

USER findings
ENV HMIC_PRODUCTION=1 HMIC_FILES_ROOT=/srv/files PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000 8001
ENTRYPOINT []
CMD ["script/service", "workspace"]
