#!/usr/bin/env bash
# Starts Prometheus, Alertmanager, Grafana and the exporters.
set -euo pipefail
cd "$(dirname "$0")/.."

docker network inspect magacin-network >/dev/null 2>&1 || docker network create magacin-network
docker compose -f docker-compose.monitoring.yml up -d

echo "Prometheus   http://localhost:9090"
echo "Grafana      http://localhost:3000"
echo "Alertmanager http://localhost:9093"
