// oracles.mjs - signatures judged by providers' own clients, then by `rebond gateway replay`: the two must agree.
// SPDX-License-Identifier: EUPL-1.2
//
//   node oracles.mjs PATH-TO-REBOND [SEED]
//
// Random requests are signed (by the official client where it signs, else by the published formula and shown to the
// official client), then broken in one place. The official client's verdict is the expected one.
import { spawnSync } from 'node:child_process';
import { createHmac, createHash } from 'node:crypto';
import twilio from 'twilio';
import { SMS } from '@vonage/sms';
import ovhClient from 'ovh';

const rebond = process.argv[2];
let seed = Number(process.argv[3] || 20261122);
const random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const LETTERS = [...'abcXYZ0189', ...'éêçœ€ñ', ' ', '+', '&', '=', '%', '\'', '"', '/', '?', ':', '\n', '👋', '—', '_'];
const text = (max) => Array.from({ length: Math.floor(random() * (max + 1)) }, () => pick(LETTERS)).join('');
const word = (n) => Array.from({ length: n }, () => pick([...'abcdefghijkMNOPQR0123456789'])).join('');
const form = (fields) =>
    Object.entries(fields)
        .flatMap(([k, v]) => [v].flat().map((x) => `${encodeURIComponent(k)}=${encodeURIComponent(x)}`))
        .join('&');
// one character of a text becomes another
const broken = (s) => {
    const at = Math.floor(random() * s.length);
    return s.slice(0, at) + (s[at] === 'a' ? 'b' : 'a') + s.slice(at + 1);
};

const cases = [];
const add = (line, valid, want) => cases.push({ line: { id: `case.${cases.length}`, ...line }, valid, want });

// ---- Twilio: X-Twilio-Signature of a form, of a query, of a JSON body
const twilioFields = () => {
    const fields = { From: `+336${Math.floor(random() * 1e8)}`, Body: text(40), MessageSid: `SM${word(32)}` };
    for (let i = Math.floor(random() * 6); i > 0; i--) {
        fields[pick(['b', 'B', 'Zip', 'NumMedia', 'MediaUrl0', 'To']) + word(2)] =
            random() < 0.2 ? [word(3), word(3), word(3)] : text(12);
    }
    return fields;
};
const twilioUrl = () => {
    const port = pick(['', '', ':443', ':8443']);
    return `https://gw.example.org${port}/hook/twilio/${word(5)}${random() < 0.5 ? `?a=${word(4)}&b=%20${word(2)}` : ''}`;
};
for (let i = 0; i < 120; i++) {
    const secret = word(32);
    const fields = twilioFields();
    let url = twilioUrl();
    const signature = twilio.getExpectedTwilioSignature(secret, url, fields);
    const how = ['genuine', 'port', 'signature', 'body', 'url', 'secret'][i % 6];
    const seen = { secret, url, signature, fields: { ...fields } };
    if (how === 'port') { // behind a proxy the default port comes and goes
        seen.url = url.includes(':443/') ? url.replace(':443/', '/') : url.replace('example.org/', 'example.org:443/');
    }
    if (how === 'signature') seen.signature = broken(signature);
    if (how === 'body') seen.fields.Body += 'x';
    if (how === 'url') seen.url += (url.includes('?') ? '&' : '?') + 'added=1';
    if (how === 'secret') seen.secret = broken(secret);
    const valid = twilio.validateRequest(seen.secret, seen.signature, seen.url, seen.fields);
    add({ scheme: 'twilio', secret: seen.secret, method: 'POST', url: seen.url, form: seen.fields,
          body: form(seen.fields), header: 'X-Twilio-Signature', signature: seen.signature }, valid);
}
for (let i = 0; i < 30; i++) {
    const secret = word(32);
    const body = JSON.stringify({ text: text(30), n: i });
    const url = `https://gw.example.org/hook/twilio/receive?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const signature = twilio.getExpectedTwilioSignature(secret, url, {});
    const seen = { body, signature: i % 3 === 1 ? broken(signature) : signature };
    if (i % 3 === 2) seen.body = body.replace('"n":', '"m":');
    const valid = twilio.validateRequestWithBody(secret, seen.signature, url, seen.body);
    add({ scheme: 'twilio', secret, method: 'POST', url, body: seen.body,
          header: 'X-Twilio-Signature', signature: seen.signature }, valid);
}

// ---- Vonage: the parameter sig, five ways
const vonage = new SMS({ apiKey: 'k', apiSecret: 's' });
const HMAC = { md5hmac: 'md5', sha1hmac: 'sha1', sha256hmac: 'sha256', sha512hmac: 'sha512' };
const vonageSign = (alg, secret, fields) => {
    const data = Object.keys(fields).sort().map((k) => `&${k}=${fields[k].replace(/[&=]/g, '_')}`).join('');
    return alg === 'md5hash' ? createHash('md5').update(data + secret).digest('hex')
        : createHmac(HMAC[alg], secret).update(data).digest('hex');
};
for (let i = 0; i < 150; i++) {
    const alg = ['md5hash', 'md5hmac', 'sha1hmac', 'sha256hmac', 'sha512hmac'][i % 5];
    const secret = word(20);
    const fields = { msisdn: `336${Math.floor(random() * 1e8)}`, to: '33700000000', messageId: word(16),
                     text: text(60), 'message-timestamp': '2026-11-22 10:00:00', timestamp: '1795320000', nonce: word(8) };
    let signature = vonageSign(alg, secret, fields);
    const how = Math.floor(i / 5) % 5;
    if (how === 1) signature = broken(signature);
    if (how === 2) fields.text += 'x';
    if (how === 3) signature = signature.toUpperCase();
    let key = secret;
    if (how === 4) key = broken(secret);
    const valid = vonage.verifySignature(signature.toLowerCase(), fields, key, alg.toUpperCase());
    add({ scheme: 'vonage', secret: key, alg, form: fields, param: 'sig', signature }, valid);
}

// ---- OVH: what we sign must be what its client would sign
const ovhKeys = { appKey: word(16), appSecret: word(32), consumerKey: word(32) };
const ovh = ovhClient({ endpoint: 'ovh-eu', ...ovhKeys });
for (let i = 0; i < 60; i++) {
    const method = pick(['POST', 'GET', 'DELETE']);
    const url = `https://eu.api.ovh.com/1.0/sms/sms-${word(8)}/jobs${random() < 0.3 ? `?tag=${word(3)}` : ''}`;
    const body = method === 'POST' ? JSON.stringify({ message: text(80), receivers: ['+33639980150'] }) : '';
    const timestamp = 1795320000 + i;
    const right = ovh.signRequest(method, url, body, timestamp);
    const signature = i % 3 === 1 ? '$1$' + broken(right.slice(3)) : right;
    add({ scheme: 'ovh', app_secret: ovhKeys.appSecret, consumer_key: ovhKeys.consumerKey, method, url, body, timestamp,
          header: 'X-Ovh-Signature', signature }, signature === right, right);
}
const sends = [];
for (let i = 0; i < 40; i++) {
    const service = `sms-${word(8)}-1`;
    const now = 1795320000 + i * 61;
    sends.push({ id: `send.${i}`, gateway: 'ovh_sms', tier: 'fr', dir: 'out',
        config: { country: 'FR', schemes: ['tel'], app_key: ovhKeys.appKey, app_secret: ovhKeys.appSecret,
                  consumer_key: ovhKeys.consumerKey, service_name: service, no_stop_clause: true,
                  sender: i % 2 ? 'MISSIONLOC' : '', now, time_url: 'https://eu.api.ovh.com/1.0/auth/time' },
        message: { uuid: '0191e180-7d60-7000-aded-7d8b151cbd5b', to: { scheme: 'tel', address: '+33639980150' },
                   text: `Rappel ${text(60)} fin` },
        mock_responses: [
            { url: 'https://eu.api.ovh.com/1.0/auth/time', status: 200, body: String(now), optional: true },
            { url: `https://eu.api.ovh.com/1.0/sms/${service}/jobs`, status: 200,
              body: '{"totalCreditsRemoved":1,"invalidReceivers":[],"ids":[7],"validReceivers":["+33639980150"]}' }] });
}

// ---- ask the program
const input = [...cases.map((c) => c.line), ...sends].map((l) => JSON.stringify(l)).join('\n') + '\n';
const run = spawnSync(rebond, ['gateway', 'replay'], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
if (run.status !== 0) {
    console.error(`rebond gateway replay ended with ${run.status}: ${run.stderr}`);
    process.exit(1);
}
const answers = new Map(run.stdout.trim().split('\n').map((l) => JSON.parse(l)).map((l) => [l.id, l]));
const seen = {};
let failed = 0;
const wrong = (what, line, answer) => {
    failed++;
    if (failed <= 5) console.error(`FAIL  ${what}\n  asked ${JSON.stringify(line)}\n  said  ${JSON.stringify(answer)}`);
};
for (const { line, valid, want } of cases) {
    const a = answers.get(line.id) ?? {};
    const tally = (seen[line.scheme] ??= { right: 0, wrong: 0 });
    tally[valid ? 'right' : 'wrong']++;
    if (a.valid !== valid) wrong(`${line.scheme}: the official client says ${valid}`, line, a);
    if (want && a.signature !== want) wrong(`${line.scheme}: the official client signs ${want}`, line, a);
}
let signed = 0;
for (const line of sends) {
    const a = answers.get(line.id) ?? {};
    const job = (a.requests ?? []).find((r) => r.method === 'POST');
    const h = Object.fromEntries(Object.entries(job?.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]));
    if (!job || a.status !== 'wired') wrong('ovh_sms: the message was not sent', line, a);
    else if (h['x-ovh-signature'] !== ovh.signRequest('POST', job.url, job.body, h['x-ovh-timestamp']))
        wrong('ovh_sms: the request is not signed as the official client would', line, a);
    else signed++;
}
for (const [scheme, t] of Object.entries(seen)) {
    console.log(`ok    ${scheme}: ${t.right} genuine and ${t.wrong} forged, judged as its official client judges`);
    if (t.right < 20 || t.wrong < 15) wrong(`${scheme}: too few cases to mean anything`, t, t);
}
console.log(`ok    ovh_sms: ${signed} of ${sends.length} requests signed as the official client signs`);
console.log(`oracles: ${cases.length + sends.length} cases, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
