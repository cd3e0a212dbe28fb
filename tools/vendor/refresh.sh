#!/bin/sh
# Makes web/vendor anew from the versions in package.json, and checks the pages' types. Run by hand.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here"/package.json "$here"/*.entry.js "$work"
cd "$work"
npm install --no-audit --no-fund
for part in ui jssip uplot; do
    npx esbuild "$part.entry.js" --bundle --minify --format=esm --outfile="$here/../../web/vendor/$part.js"
done
cp node_modules/uplot/dist/uPlot.min.css "$here/../../web/vendor/uplot.css"
npx tsc -p "$here/tsconfig.json"
