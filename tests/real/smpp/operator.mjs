// operator.mjs - an SMPP operator: takes texts, reports on them, sends others; tells each event as a line of JSON.
// SPDX-License-Identifier: EUPL-1.2
//
//   node operator.mjs PORT
//
// Standard input, a command a line:
//   mo FROM TO TEXT        a text arrives from a phone, in as many parts as it needs
//   next NUMBER delivered|undelivered|silent|throttled N     what becomes of texts to that number; throttled: the
//                          next N are refused with ESME_RTHROTTLED first
// Standard output: {"event":"bound"|"submit"|"throttled"|"mo_ok"...}
import readline from 'node:readline';
import smpp from 'smpp';

const port = Number(process.argv[2]);
const tell = (event, more = {}) => process.stdout.write(JSON.stringify({ event, ...more }) + '\n');
const plans = new Map(); // number -> {fate, throttled}
const bare = (n) => n.replace(/^\+/, '');
let session = null;
let lastId = 1000000;

const stamp = () => new Date().toISOString().replace(/\D/g, '').slice(2, 12);

function report(to, from, id, fate) {
    const stat = fate === 'undelivered' ? 'UNDELIV' : 'DELIVRD';
    session?.deliver_sm({
        source_addr_ton: 1, source_addr_npi: 1, source_addr: bare(to), destination_addr: from, esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:${fate === 'undelivered' ? '000' : '001'} submit date:${stamp()} `
            + `done date:${stamp()} stat:${stat} err:000 text:`,
    }, () => tell('reported', { id, stat }));
}

function submit(pdu) {
    const to = `+${bare(pdu.destination_addr)}`;
    const plan = plans.get(to) ?? { fate: 'delivered', throttled: 0 };
    if (plan.throttled > 0) {
        plan.throttled--;
        tell('throttled', { to });
        session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
        return;
    }
    const id = String(++lastId);
    const udh = pdu.short_message.udh ? Buffer.concat([].concat(pdu.short_message.udh)).toString('hex') : '';
    tell('submit', { to, from: pdu.source_addr, id, coding: pdu.data_coding, esm: pdu.esm_class, udh,
                     asked: pdu.registered_delivery & 1, text: pdu.short_message.message });
    session.send(pdu.response({ message_id: id }));
    if (plan.fate !== 'silent' && (pdu.registered_delivery & 1)) {
        setTimeout(() => report(to, pdu.source_addr, id, plan.fate), 200);
    }
}

// UCS-2 in parts of 67 units, each with its header, never in the middle of a surrogate pair
function parts(text) {
    const out = [];
    for (let rest = text; rest.length > 0;) {
        let n = Math.min(rest.length, out.length === 0 && rest.length <= 70 ? 70 : 67);
        if (n < rest.length && rest.charCodeAt(n - 1) >= 0xd800 && rest.charCodeAt(n - 1) < 0xdc00) n--;
        out.push(rest.slice(0, n));
        rest = rest.slice(n);
    }
    return out;
}

let reference = 0;
function mobileOriginated(from, to, text) {
    const list = parts(text);
    const ref = ++reference & 0xff;
    list.forEach((part, i) => {
        const message = Buffer.from(part, 'utf16le').swap16();
        const udh = list.length > 1 ? Buffer.from([5, 0, 3, ref, list.length, i + 1]) : undefined;
        session.deliver_sm({
            source_addr_ton: 1, source_addr_npi: 1, source_addr: bare(from), destination_addr: to, data_coding: 8,
            esm_class: udh ? 0x40 : 0, short_message: udh ? { udh, message } : { message },
        }, (answer) => tell('mo_ok', { from, part: i + 1, of: list.length, status: answer.command_status }));
    });
}

smpp.createServer((s) => {
    s.on('error', (e) => tell('error', { text: e.message }));
    s.on('bind_transceiver', (pdu) => {
        const right = pdu.system_id === 'rebond' && pdu.password === 'essai';
        s.send(pdu.response({ command_status: right ? 0 : smpp.ESME_RINVPASWD }));
        if (right) {
            session = s;
            tell('bound');
        }
    });
    s.on('submit_sm', submit);
    s.on('enquire_link', (pdu) => s.send(pdu.response()));
    s.on('unbind', (pdu) => s.send(pdu.response()));
}).listen(port, '127.0.0.1', () => tell('listening'));

readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const [command, ...words] = line.split(' ');
    if (command === 'mo') mobileOriginated(words[0], words[1], words.slice(2).join(' '));
    if (command === 'next') plans.set(words[0], { fate: words[1] === 'throttled' ? 'delivered' : words[1],
                                                  throttled: Number(words[2] || 0) });
}).on('close', () => process.exit(0));
