#!/bin/sh
# Makes the secrets of docker-compose.yml in a folder; one that is there already is kept.
set -eu
cd "$1"
umask 022
made() { head -c 30 /dev/urandom | base64 | tr -d '+/=\n' | cut -c 1-32; }
keep() { [ -s "$1" ] || { printf '%s' "$2" > "$1.new" && mv "$1.new" "$1"; }; }
keep ami_secret "$(made)"
keep database_password "$(made)"
keep redis_password "$(made)"
keep metrics_token "$(made)"
keep database_url "postgresql://outpace:$(cat database_password)@postgres:5432/outpace"
keep redis_url "redis://:$(cat redis_password)@redis:6379/0"
