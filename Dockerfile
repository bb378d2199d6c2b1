# The Python that the tests run on. The packages are the locked ones, checked by hash.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/modelcost
COPY requirements.lock ./
RUN pip install --require-hashes --no-deps --only-binary :all: -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY catalog catalog
COPY costing costing
COPY dashboard dashboard
RUN pip install --no-deps --no-build-isolation .

# The folder is this user's before it becomes a volume, so that a new volume is too.
RUN useradd --system --uid 10001 --no-create-home modelcost \
    && install -d -o modelcost -g modelcost /var/lib/modelcost
USER modelcost
WORKDIR /var/lib/modelcost
VOLUME /var/lib/modelcost

# Inside the container only; which address of the host is published, compose.yaml says.
ENV MODELCOST_HOST=0.0.0.0 MODELCOST_PORT=8050 MODELCOST_DATA_DIR=/var/lib/modelcost
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8050/api/v1/health', timeout=4)"]
CMD ["modelcost", "serve"]
