# A show in a container: `podcast run` every time that the container starts, or at the hours of compose.yaml.
# The show's folder is mounted at /show: podcast.toml, library/, public/.
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE NOTICE CHANGELOG.md ./
COPY podcast ./podcast
COPY voices ./voices
RUN python -m venv /opt/podcast && /opt/podcast/bin/pip install --no-cache-dir '.[cloud]'

FROM python:3.12-slim
COPY --from=build /opt/podcast /opt/podcast
RUN useradd --create-home --uid 1000 podcast && install -d -o podcast /show /cache
ENV PATH=/opt/podcast/bin:$PATH PODCAST_CACHE=/cache PYTHONUNBUFFERED=1
USER podcast
WORKDIR /show
VOLUME ["/show", "/cache"]
# Signals reach the program itself: it cleans up and leaves.
ENTRYPOINT ["podcast"]
CMD ["run"]
