// talk.mjs - a sign-up on an emulated Telegram (npm telegram-test-api), as a second opinion beside our strict fake.
// SPDX-License-Identifier: EUPL-1.2
//
//   node talk.mjs PATH-TO-REBOND FOLDER PORT
//
// Smoke only: the emulator takes texts of any length, never refuses and answers a long poll at once.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const TelegramServer = createRequire(import.meta.url)('telegram-test-api');
const [rebond, dir, port] = process.argv.slice(2);
const token = '123456:emulated-token-abcdefghijklmnopqrstuv';
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
let passed = 0;
let failed = 0;

const server = new TelegramServer({ port: Number(port), host: '127.0.0.1' });
await server.start();
writeFileSync(`${dir}/rebond.yaml`, `listen: 127.0.0.1:0
database: ${dir}/rebond.db
org:
  name: Mission Locale d'essai
sending:
  join: 0 s
channels:
  - name: chat
    gateway: telegram
    token: env:REBOND_TELEGRAM
    api_url: http://127.0.0.1:${port}
    allow_private: oui
    poll_seconds: 1
    per_person: 0 s
    per_second: 100
`);
const log = [];
const service = spawn(rebond, ['serve', '--config', `${dir}/rebond.yaml`], { env: { ...process.env, REBOND_TELEGRAM: token } });
service.stdout.on('data', (d) => log.push(String(d)));
service.stderr.on('data', (d) => log.push(String(d)));
const ended = new Promise((r) => service.on('exit', r));

const client = server.getClient(token, { chatId: 770001, userId: 770001, firstName: 'Lina', timeout: 8000, interval: 100 });
// everything the bot has said so far, oldest first
const heard = async () => (await client.getUpdatesHistory(token)).filter((u) => u.message && u.botToken && !u.message.from)
    .sort((a, b) => a.updateId - b.updateId).map((u) => u.message);
async function check(what, words) {
    for (let i = 0; i < 60; i++) {
        const all = await heard().catch(() => []);
        const last = all.at(-1);
        if (last && String(last.text).includes(words)) {
            passed++;
            console.log(`ok    ${what}`);
            return last;
        }
        await sleep(100);
    }
    failed++;
    console.log(`FAIL  ${what}: no text with « ${words} »; heard ${JSON.stringify((await heard()).map((m) => m.text))}`);
    return null;
}
const says = (text) => client.sendMessage(client.makeMessage(text));

try {
    await client.sendCommand(client.makeCommand('/start'));
    await check('a stranger is welcomed', 'prénom');
    await says('Lina');
    await check('the next question comes', 'date de naissance');
    await says('02/06/1999');
    const question = await check('a question of yes or no', 'RQTH');
    const markup = typeof question?.reply_markup === 'string' ? JSON.parse(question.reply_markup) : question?.reply_markup;
    const button = markup?.inline_keyboard?.flat().find((b) => b.text === 'Oui');
    if (button) {
        console.log('ok    has buttons');
        passed++;
        await client.sendCallback(client.makeCallbackQuery(button.callback_data, { message: { message_id: question.message_id ?? 1 } }));
        await check('a button is pressed, the talk goes on', 'ville');
    } else {
        failed++;
        console.log(`FAIL  has buttons: ${JSON.stringify(question)}`);
    }
    await says('STOP');
    await check('STOP is confirmed', 'START');
    if (service.exitCode !== null) throw new Error('the service ended by itself');
} catch (e) {
    failed++;
    console.log(`FAIL  ${e.message}`);
}
if (failed) console.log(`--- the service said:\n${log.join('').split('\n').slice(-25).join('\n')}`);
service.kill('SIGTERM');
const code = await Promise.race([ended, sleep(5000).then(() => service.kill('SIGKILL') && 'killed')]);
if (code !== 0) {
    failed++;
    console.log(`FAIL  the service ends cleanly: ${code}`);
}
await server.stop();
console.log(`telegram: ${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
