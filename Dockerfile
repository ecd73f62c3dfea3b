# Walkback in a small image: the packages pinned in requirements.lock, a user without rights, one folder that may be written to.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/walkback
COPY requirements.lock requirements-build.lock ./
RUN /opt/walkback/bin/python -m pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY app ./app
COPY migrations ./migrations
# The same step as in "make setup", but not editable, and with the pinned build tool put away afterwards.
RUN /opt/walkback/bin/python -m pip install --quiet --require-hashes -r requirements-build.lock \
 && /opt/walkback/bin/python -m pip install --quiet --no-deps --no-build-isolation . \
 && /opt/walkback/bin/python -m pip uninstall --quiet --yes setuptools pip

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Walkback" org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin walkback \
 && install --directory --owner walkback --group walkback --mode 0750 /data
COPY --from=build /opt/walkback /opt/walkback
ENV PATH=/opt/walkback/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    WALKBACK_DATABASE_URL=sqlite:////data/walkback.db \
    WALKBACK_HOST=0.0.0.0 \
    WALKBACK_PORT=8000 \
    WALKBACK_LOG_JSON=true
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["walkback"]
CMD ["serve"]
