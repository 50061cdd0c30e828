#!/bin/sh
# make-communes.sh - writes bot/understand/tables/communes.tsv anew from the official list of communes.
# Needs npm and node, and the network; run by hand once a year (the list changes on 1 January).
set -eu
out=${1:-bot/understand/tables/communes.tsv}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
(cd "$tmp" && npm pack --silent @etalab/decoupage-administratif >/dev/null && tar xzf ./*.tgz)
node - "$tmp/package" >"$tmp/communes.tsv" <<'JS'
const dir = process.argv[2];
const version = require(dir + '/package.json').version;
const head = [
  '# communes.tsv - French communes: name, tabulator, postcodes, tabulator, INSEE code (of a former commune: today\'s).',
  '# Source: npm @etalab/decoupage-administratif ' + version + ' (INSEE, La Poste, DGCL), data under the',
  '# Licence Ouverte / Open Licence 2.0 (Etalab). Made by tools/make-communes.sh; do not edit.'];
const all = require(dir + '/data/communes.json');
const posts = new Map(all.filter(c => c.type === 'commune-actuelle').map(c => [c.code, c.codesPostaux || []]));
const seen = new Map();
for (const c of all) {
  const live = c.type === 'commune-actuelle';
  const former = c.type === 'commune-deleguee' || c.type === 'commune-associee'; // people still say the old names
  const codes = live ? posts.get(c.code) : former ? posts.get(c.chefLieu) || [] : [];
  const insee = live ? c.code : c.chefLieu;
  if (codes.length) seen.set(c.nom + '\t' + [...new Set(codes)].sort().join(' ') + '\t' + insee, true);
}
console.log(head.concat([...seen.keys()].sort()).join('\n'));
JS
mv "$tmp/communes.tsv" "$out"
