// editor.mjs - what an author sees in an ordinary YAML editor: no false alarm, a mistake underlined, completion, hover.
// SPDX-License-Identifier: EUPL-1.2
// usage: node editor.mjs REBOND ; speaks to the language server that editors run (LSP 3.17, JSON-RPC over a pipe)
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const dir = mkdtempSync(join(tmpdir(), "rebond-editor-"));
const schema = pathToFileURL(join(dir, "schema.json")).href;
writeFileSync(join(dir, "schema.json"), execFileSync(process.argv[2], ["flow", "schema"]));

const server = spawn(process.execPath, [join(here, "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"], {
  stdio: ["pipe", "pipe", "ignore"],
});
const settings = { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } }, http: {}, editor: {} };
const waiting = new Map();
const diagnosed = new Map();
let buffer = Buffer.alloc(0);
let last = 0;

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  server.stdin.write(body);
}
const request = (method, params) => new Promise((done) => {
  last += 1;
  waiting.set(last, done);
  send({ id: last, method, params });
});
function take(m) {
  if (m.method && m.id !== undefined) {
    const result = m.method === "workspace/configuration" ? m.params.items.map((i) => settings[i.section] ?? null) : null;
    send({ id: m.id, result });
  } else if (m.method === "textDocument/publishDiagnostics") {
    const done = diagnosed.get(m.params.uri);
    diagnosed.delete(m.params.uri);
    done?.(m.params.diagnostics);
  } else if (m.id !== undefined) {
    waiting.get(m.id)?.(m.result);
    waiting.delete(m.id);
  }
}
server.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const head = buffer.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString("latin1", 0, head))[1]);
    if (buffer.length < head + 4 + length) return;
    const body = buffer.toString("utf8", head + 4, head + 4 + length);
    buffer = buffer.subarray(head + 4 + length);
    take(JSON.parse(body));
  }
});

/* Opens a flow as the guide says, with the schema on its first line; gives back what is underlined. */
function open(name, text) {
  const uri = pathToFileURL(join(dir, name)).href;
  const found = new Promise((done) => diagnosed.set(uri, done));
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "yaml", version: 1, text: `# yaml-language-server: $schema=${schema}\n${text}` } },
  });
  return found.then((list) => ({ uri, wrong: list.map((d) => d.message) }));
}

let passed = 0;
async function test(name, fn) {
  await fn();
  passed += 1;
  console.log(`ok ${name}`);
}

try {
  await request("initialize", { processId: process.pid, rootUri: pathToFileURL(dir).href, capabilities: { workspace: { configuration: true }, textDocument: {} } });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings } });
  await test("every flow of the project is without an alarm", async () => {
    const all = ["flows", "tests/talks"].flatMap((folder) =>
      readdirSync(join(root, folder)).filter((f) => f.endsWith(".yaml") && !f.startsWith("_"))
        .map((f) => open(f, readFileSync(join(root, folder, f), "utf8")).then(({ wrong }) => [f, wrong])));
    assert.ok(all.length > 40);
    for (const [f, wrong] of await Promise.all(all)) assert.deepEqual(wrong, [], f);
  });
  await test("an unknown key and an unknown event are underlined", async () => {
    const key = await open("cle.yaml", "flow: a\ntitle: A\npriorite: urgent\nsteps:\n  - say: Bonjour\n");
    assert.match(key.wrong.join(), /priorite/);
    const event = await open("evenement.yaml", "flow: a\ntitle: A\nstarts: {event: meetup.invitee}\nsteps:\n  - say: Bonjour\n");
    assert.ok(event.wrong.length > 0);
  });
  await test("completion offers the steps, then a step's own keys", async () => {
    const { uri } = await open("etapes.yaml", "flow: a\ntitle: A\nsteps:\n  - \n");
    const steps = await request("textDocument/completion", { textDocument: { uri }, position: { line: 4, character: 4 } });
    const labels = steps.items.map((i) => i.label);
    for (const wanted of ["say", "ask", "webhook", "hand"]) assert.ok(labels.includes(wanted), `${wanted} among ${labels}`);
    const asked = await open("question.yaml", "flow: a\ntitle: A\nsteps:\n  - ask: Quand ?\n    kind: date\n    \n");
    const keys = await request("textDocument/completion", { textDocument: { uri: asked.uri }, position: { line: 6, character: 4 } });
    for (const wanted of ["retry", "timeout", "explain"]) assert.ok(keys.items.some((i) => i.label === wanted), wanted);
  });
  await test("hovering tells what a key is for", async () => {
    const { uri } = await open("survol.yaml", "flow: a\ntitle: A\nowner: accueil\nsteps:\n  - ask: Quand ?\n    kind: date\n    explain: Le jour\n");
    const hover = async (line, character) => JSON.stringify((await request("textDocument/hover", { textDocument: { uri }, position: { line, character } }))?.contents ?? "");
    assert.match(await hover(7, 6), /c'est quoi/);
    assert.match(await hover(3, 2), /qui s'en occupe/);
  });
  console.log(`${passed} passed`);
} finally {
  server.kill();
  rmSync(dir, { recursive: true, force: true });
}
