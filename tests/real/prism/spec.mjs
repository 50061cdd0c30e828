// spec.mjs - of Twilio's OpenAPI document, the one path that sends a message: Prism then starts in a second, not in fifteen.
// SPDX-License-Identifier: EUPL-1.2
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const home = dirname(require.resolve("@twilio/cli-core/package.json"));
const whole = JSON.parse(readFileSync(join(home, "src/services/twilio-api/twilio_api_v2010.json"), "utf8"));
const path = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
const wanted = { ...whole, paths: { [path]: whole.paths[path] }, components: { ...whole.components, schemas: {} } };

// the schemas that the path names, and those that they name
const names = new Set();
const follow = (node) => {
  if (!node || typeof node !== "object") return;
  const ref = typeof node.$ref === "string" && node.$ref.match(/^#\/components\/schemas\/(.+)$/);
  if (ref && !names.has(ref[1])) {
    names.add(ref[1]);
    wanted.components.schemas[ref[1]] = whole.components.schemas[ref[1]];
    follow(whole.components.schemas[ref[1]]);
  }
  Object.values(node).forEach(follow);
};
if (!whole.paths[path]?.post) throw new Error("the document no longer has " + path);
follow(whole.paths[path]);
writeFileSync(process.argv[2], JSON.stringify(wanted));
