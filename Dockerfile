# docker build -t bedside .
# docker run --read-only --tmpfs /tmp -v bedside:/data -p 127.0.0.1:8501:8501 bedside
#
# Any Debian or Ubuntu whose Python is 3.11 or newer will do as a base.
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE}

RUN python3 -c 'import ensurepip, venv' 2>/dev/null \
 || { apt-get update \
   && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3 python3-venv \
   && rm -rf /var/lib/apt/lists/*; }

# The same lock as everywhere else; a package whose hash differs is not installed.
COPY requirements.txt /app/
RUN python3 -m venv /opt/bedside \
 && /opt/bedside/bin/pip install --no-cache-dir --require-hashes --requirement /app/requirements.txt

# Everything in /app belongs to root and stays as built. What is to be kept lies in /data: the
# embedded store and the models trained into it.
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bedside \
 && install --directory --owner bedside /data
COPY LICENSE /app/
COPY .streamlit /app/.streamlit
COPY model /app/model
COPY dashboard /app/dashboard
RUN /opt/bedside/bin/python -m compileall -q /app/model /app/dashboard

# HOME     Streamlit reads its configuration from ~/.streamlit
# ADDRESS  inside a container, 127.0.0.1 could not be reached from outside
# Caches   of libraries go to /tmp, the one other place that can be written
ENV PATH=/opt/bedside/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/app \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    MLFLOW_DISABLE_TELEMETRY=true \
    DO_NOT_TRACK=true \
    GIT_PYTHON_REFRESH=quiet \
    MPLCONFIGDIR=/tmp/matplotlib \
    NUMBA_CACHE_DIR=/tmp/numba

USER bedside
# The embedded store is mlflow.db in the working directory, as on a desk. MLFLOW_TRACKING_URI
# is left unset here, because the app trains a first model only where nobody chose a store.
WORKDIR /data
VOLUME /data
EXPOSE 8501

# Not only the status: an unknown path is answered with 200 and a page.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
  "import http.client; c = http.client.HTTPConnection('127.0.0.1', 8501, timeout=4); c.request('GET', '/_stcore/health'); assert c.getresponse().read() == b'ok'"]

CMD ["streamlit", "run", "/app/dashboard/app.py"]
