#!/bin/sh
# Unpacks the LibreOffice of this Debian's backports suite into .tools, beside the one that is installed, so that the
# tests run on both. The address is that of the machine's own package sources. Where there is no such suite, or it
# can't be reached, it says so, and the tests run on the installed one alone.
set -eu
cd "$(dirname "$0")/.."

target=$PWD/.tools/newer-libreoffice
[ ! -x "$target/soffice" ] || exit 0
give_up() {
    echo "No newer LibreOffice ($1): the tests of the extension run on the installed one alone."
    exit 0
}
command -v apt-get >/dev/null 2>&1 || give_up "this is no Debian"
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
addresses=$(apt-get update --print-uris 2>/dev/null | sed -n "s#^'\([^']*\)/dists/$suite/InRelease'.*#\1#p")
[ -n "$addresses" ] || give_up "no package source is known"

mkdir -p .tools
work=$(mktemp -d "$PWD/.tools/newer.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
for address in $addresses; do
    for one in "$suite" "$suite-backports"; do echo "deb $address $one main"; done >"$work/sources.list"
    set -- -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=
    if apt-get "$@" update >/dev/null 2>&1 && apt-get "$@" install -y --download-only --no-install-recommends \
        -t "$suite-backports" libreoffice-calc python3-uno >/dev/null 2>&1; then
        break
    fi
done
ls "$work"/cache/archives/libreoffice-core_*.deb >/dev/null 2>&1 || give_up "the backports suite has none"

echo "Unpacking the LibreOffice of $suite-backports into .tools ..."
set +e # whether it all went well shows in the end
for package in "$work"/cache/archives/*.deb; do dpkg -x "$package" "$work/root"; done

# The packages expect to lie in / and to be set up; this is what they are told instead.
office=$work/root/usr/lib/libreoffice
sed -i 's#^BRAND_BASE_DIR=.*#BRAND_BASE_DIR=${ORIGIN}/..#' "$office/program/fundamentalrc"
sed -i "s#/usr/lib/libreoffice#$target/root/usr/lib/libreoffice#" "$work/root/usr/lib/python3/dist-packages/uno.py"
cp --remove-destination "$office"/share/.registry/*.xcd "$office/share/registry/"
for program in soffice python; do
    case $program in
        soffice) real=$target/root/usr/lib/libreoffice/program/soffice ;;
        python) real=/usr/bin/python3 ;;
    esac
    cat >"$work/$program" <<END
#!/bin/sh
root=$target/root/usr/lib
LD_LIBRARY_PATH=\$root/libreoffice/program:\$(echo "\$root"/*-linux-gnu)
PYTHONPATH=\$root/python3/dist-packages
export LD_LIBRARY_PATH PYTHONPATH
unset URE_BOOTSTRAP
exec $real "\$@"
END
    chmod +x "$work/$program"
done
rm -rf "$target" "$work/cache" "$work/lists" "$work/sources.list"
chmod 755 "$work"
mv "$work" "$target"
"$target/soffice" --version >/dev/null 2>&1 || {
    rm -rf "$target"
    give_up "that of the backports suite does not start"
}
