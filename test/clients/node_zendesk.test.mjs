// node-zendesk, a client of the real Zendesk that others wrote (MIT, https://github.com/blakmatrix/node-zendesk), through its public
// API against the practice Zendesk over loopback. What works here without a line of ours in between works with the real one's shapes.
//
//   CHATCRAFTER=build/chatcrafter node --test        (the default is ../../build/chatcrafter)
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

const { createClient } = createRequire(import.meta.url)("node-zendesk");
const program = process.env.CHATCRAFTER ?? path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../../build/chatcrafter");
const account = { username: "admin@practice.example", token: "practice-token-for-clients" };

let folder, sandbox, client, base;

function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (bytes) => {
      said += bytes;
      const found = said.match(/http:\/\/(127\.0\.0\.1:\d+)\/agent/);
      if (found) resolve(`http://${found[1]}`);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the practice Zendesk ended with ${code}: ${said}`)));
  });
}

// The client speaks to https://NAME.zendesk.com, and follows links that name it. Here all of that leads to the practice one, and nothing
// leads anywhere else.
function toPractice(uri, options) {
  const [, name, rest] = uri.match(/^https:\/\/(practice|acme)\.zendesk\.com(?::443)?(\/.*)$/) ?? assert.fail(`${uri} is of no practice account`);
  return fetch(base + rest, { ...options, headers: { ...options.headers, "X-Practice-Account": name }, duplex: "half" });
}

const responseAdapter = (response) => ({
  json: () => response.json(),
  status: response.status,
  headers: { get: (name) => response.headers.get(name) },
  statusText: response.statusText,
});

function clientWith(options = {}, transportFn = toPractice) {
  return createClient({ ...account, subdomain: "practice", transportConfig: { transportFn, responseAdapter }, ...options });
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "clients-"));
  sandbox = spawn(program, ["sandbox", "--data", folder, "--listen", "127.0.0.1:0", "--api-token", account.token, "--account", "practice", "--account", "acme"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  base = await addressOf(sandbox);
  client = clientWith();
});

after(async () => {
  sandbox.kill("SIGTERM");
  await new Promise((resolve) => sandbox.once("exit", resolve));
  await rm(folder, { recursive: true });
});

async function newTicket(subject, more = {}) {
  const { result } = await client.tickets.create({
    ticket: { subject, comment: { body: `Text of ${subject}.`, public: true }, requester: { name: "Jane Doe", email: "jane@example.com" }, ...more },
  });
  return result;
}

// A job is over when its status says so.
async function finished(id) {
  for (let tries = 0; tries < 100; tries++) {
    const { result } = await client.jobstatuses.show(id);
    if (result.job_status.status === "completed") return result.job_status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`job ${id} did not end`);
}

test("a ticket is created, read, changed, commented, and gone", async () => {
  const ticket = await newTicket("Printer on fire", { priority: "high", tags: ["smoke"] });
  assert.equal(ticket.subject, "Printer on fire");
  assert.equal(ticket.status, "new");
  assert.deepEqual(ticket.tags, ["smoke"]);

  const { result: shown } = await client.tickets.show(ticket.id);
  assert.equal(shown.id, ticket.id);

  await client.tickets.update(ticket.id, { ticket: { status: "pending", comment: { body: "Which tray?", public: false } } });
  const comments = await client.tickets.getComments(ticket.id);
  assert.deepEqual(comments.map((comment) => comment.public), [true, false]);
  assert.equal((await client.tickets.show(ticket.id)).result.status, "pending");

  const audits = await client.ticketaudits.list(ticket.id);
  assert.equal(audits.length, 2);

  await client.tickets.delete(ticket.id);
  await assert.rejects(client.tickets.show(ticket.id), /404/);
});

test("many tickets at once go through a job", async () => {
  const tickets = [1, 2, 3].map((n) => ({ subject: `Bulk ${n}`, comment: { body: "One of many." } }));
  const { result: job } = await client.tickets.createMany({ tickets });
  assert.equal(job.job_status.status, "queued");
  const created = await finished(job.job_status.id);
  assert.equal(created.total, 3);
  const ids = created.results.map((result) => result.id);
  assert.equal(new Set(ids).size, 3);

  const { result: shown } = await client.tickets.showMany(ids);
  assert.deepEqual(shown.map((ticket) => ticket.subject).sort(), ["Bulk 1", "Bulk 2", "Bulk 3"]);

  const { result: update } = await client.tickets.updateMany(ids, { ticket: { status: "open", additional_tags: ["bulk"] } });
  await finished(update.job_status.id);
  const { result: changed } = await client.tickets.show(ids[0]);
  assert.equal(changed.status, "open");
  assert.deepEqual(changed.tags, ["bulk"]);

  const { result: removal } = await client.tickets.deleteMany(ids);
  await finished(removal.job_status.id);
  await assert.rejects(client.tickets.show(ids[0]), /404/);
});

test("lists are read to their end, page by page", async () => {
  const { result: job } = await client.tickets.createMany({
    tickets: Array.from({ length: 100 }, (_, n) => ({ subject: `Page ${n}`, comment: { body: "x" } })),
  });
  await finished(job.job_status.id);
  await newTicket("One more than a page");
  let asked = 0;
  const counting = clientWith({}, (uri, options) => {
    asked++;
    return toPractice(uri, options);
  });
  const tickets = await counting.tickets.list();
  assert.equal(new Set(tickets.map((ticket) => ticket.id)).size, tickets.length);
  assert.ok(tickets.length >= 101);
  assert.ok(asked >= 2);
});

test("users: create, find, change, identities, tags, many, gone", async () => {
  const { result: user } = await client.users.create({ user: { name: "Amara Adeyemi", email: "amara@example.com", external_id: "c-1" } });
  assert.equal(user.role, "end-user");
  const found = await client.users.search({ query: "amara@example.com" });
  assert.equal(found[0].id, user.id);
  await client.users.update(user.id, { user: { phone: "+4930123" } });
  assert.equal((await client.users.show(user.id)).result.phone, "+4930123");
  assert.equal((await client.users.me()).result.email, account.username);

  const { result: second } = await client.useridentities.create(user.id, { identity: { type: "email", value: "amara2@example.com" } });
  assert.equal(second.primary, false);
  await client.useridentities.makePrimary(user.id, second.id);
  assert.equal((await client.users.show(user.id)).result.email, "amara2@example.com");
  const identities = await client.useridentities.list(user.id);
  assert.deepEqual(identities.map((identity) => identity.primary), [true, false]);

  const { result: job } = await client.users.createMany({ users: [{ name: "U1", email: "u1@example.com" }, { name: "U2", email: "amara@example.com" }] });
  const done = await finished(job.job_status.id);
  assert.deepEqual(done.results.map((result) => result.success), [true, false]);

  const { result: gone } = await client.users.delete(user.id);
  assert.equal(gone.active, false);
  await assert.rejects(client.users.create({ user: { name: "Bad", email: "no address" } }), /422/);
});

test("search finds tickets and users by the query language", async () => {
  const ticket = await newTicket("Lantern flickers", { tags: ["lamp"], requester: { name: "Finder", email: "finder@example.com" } });
  const { result: hits } = await client.search.query('type:ticket subject:"Lantern flickers" requester:finder@example.com');
  assert.deepEqual(hits.map((hit) => [hit.id, hit.result_type]), [[ticket.id, "ticket"]]);
  const all = await client.search.queryAll("type:user finder@example.com");
  assert.equal(all[0].email, "finder@example.com");
});

test("organizations: create, list, search, members, tags, gone", async () => {
  const { result: organization } = await client.organizations.create({ organization: { name: "Alder Bikes", external_id: "org-7" } });
  await assert.rejects(client.organizations.create({ organization: { name: "alder bikes" } }), /422/);
  assert.equal((await client.organizations.show(organization.id)).result.name, "Alder Bikes");
  const { result: changed } = await client.organizations.update(organization.id, { organization: { notes: "Pays late" } });
  assert.equal(changed.notes, "Pays late");
  assert.equal((await client.organizations.search("org-7"))[0].id, organization.id);
  assert.ok((await client.organizations.list()).some((one) => one.id === organization.id));
  const { result: user } = await client.users.create({ user: { name: "Member", email: "member@example.com" } });
  await client.organizationmemberships.create({ user_id: user.id, organization_id: organization.id });
  assert.equal((await client.users.show(user.id)).result.organization_id, organization.id);
  const { result: job } = await client.organizations.createMany({ organizations: [{ name: "One" }, { name: "Two" }] });
  assert.equal((await finished(job.job_status.id)).results.length, 2);
  await client.organizations.delete(organization.id);
  await assert.rejects(client.organizations.show(organization.id), /404/);
  assert.equal((await client.users.show(user.id)).result.organization_id, null);
});

test("groups, fields, forms", async () => {
  const { result: group } = await client.groups.create({ group: { name: "Billing" } });
  assert.ok((await client.groups.list()).some((one) => one.id === group.id && one.is_public));
  const { result: field } = await client.ticketfields.create({
    ticket_field: { type: "tagger", title: "Product", custom_field_options: [{ name: "Lamp", value: "lamp" }, { name: "Desk", value: "desk" }] },
  });
  const ticket = await newTicket("With a field", { custom_fields: [{ id: field.id, value: "desk" }] });
  assert.deepEqual(ticket.custom_fields.find((one) => one.id === field.id), { id: field.id, value: "desk" });
  assert.deepEqual(ticket.tags, ["desk"]);
  await assert.rejects(newTicket("Wrong option", { custom_fields: [{ id: field.id, value: "sofa" }] }), /422/);
  const { result: form } = await client.ticketforms.create({ ticket_form: { name: "Repairs", ticket_field_ids: [field.id] } });
  assert.equal((await newTicket("On a form", { ticket_form_id: form.id })).ticket_form_id, form.id);
});

test("a file is uploaded and comes back with the comment", async () => {
  const file = path.join(folder, "photo.txt");
  await writeFile(file, "smoke everywhere");
  let upload;
  // The client parses application/json alone, and uploads are answered as text/plain: the token is taken where it passes by.
  const uploading = clientWith({}, async (uri, options) => {
    const response = await toPractice(uri, options);
    assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
    upload = (await response.clone().json()).upload;
    return response;
  });
  await uploading.attachments.upload(file, { filename: "photo.txt" });
  assert.equal(upload.attachment.file_name, "photo.txt");
  assert.equal(upload.attachment.size, 16);
  const ticket = await newTicket("With a photo", { comment: { body: "See the photo.", uploads: [upload.token] } });
  const [comment] = await client.tickets.getComments(ticket.id);
  assert.equal(comment.attachments[0].file_name, "photo.txt");
  const content = new URL(comment.attachments[0].content_url);
  const answer = await fetch(base + content.pathname + content.search);
  assert.equal(await answer.text(), "smoke everywhere");
});

test("requests are the requester's view", async () => {
  await client.users.create({ user: { name: "Rosa", email: "rosa@example.com", verified: true } });
  const rosa = clientWith({ username: "rosa@example.com" });
  const { result: request } = await rosa.requests.create({ request: { subject: "Where is it?", comment: { body: "My parcel." } } });
  await client.tickets.update(request.id, { ticket: { comment: { body: "Secret", public: false } } });
  const pages = await rosa.requests.listComments(request.id); // the client does not unwrap these
  assert.deepEqual(pages.flatMap((page) => page.comments).map((comment) => comment.body), ["My parcel."]);
  assert.equal((await rosa.requests.list()).length, 1);
  const { result: refused } = await rosa.requests.update(request.id, { request: {} }); // 406 is no error to the client
  assert.equal(refused.error, "CommentRequired");
  const other = await newTicket("Not Rosa's");
  await assert.rejects(rosa.requests.getRequest(other.id), /404/);
  await assert.rejects(rosa.tickets.list(), /403/);
});

test("exports tell what changed, once each by cursor", async () => {
  await newTicket("Exported");
  const moved = await fetch(`${base}/_sandbox/clock`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ advance_ms: 5 * 60 * 1000 }),
  });
  assert.equal(moved.status, 200);
  const { result } = await client.search.query("type:ticket Exported");
  const exported = await client.tickets.incremental(0);
  assert.ok(exported.some((ticket) => ticket.id === result[0].id));
});

test("webhooks and triggers: create, secret, signed delivery", async () => {
  const { result: webhook } = await client.webhooks.create({
    webhook: { name: "Night watch", endpoint: "http://127.0.0.1:9/", http_method: "POST", request_format: "json", status: "active", subscriptions: ["conditional_ticket_events"] },
  });
  assert.match(webhook.id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  const { result: secret } = await client.webhooks.getSigningSecret(webhook.id);
  assert.equal(secret.signing_secret.algorithm, "SHA256");
  const { result: trigger } = await client.triggers.create({
    trigger: {
      title: "Tell the night watch",
      conditions: { all: [{ field: "priority", operator: "is", value: "urgent" }], any: [] },
      actions: [{ field: "notification_webhook", value: [webhook.id, '{"id":{{ticket.id}}}'] }],
    },
  });
  assert.equal(trigger.active, true);
  await client.webhooks.delete(webhook.id);
});

test("accounts in one process know nothing of each other", async () => {
  const acme = clientWith({ subdomain: "acme" });
  const { result: ticket } = await acme.tickets.create({ ticket: { subject: "Of acme", comment: { body: "x" } } });
  assert.equal((await acme.search.query("Of acme type:ticket")).result.length, 1);
  assert.equal((await client.search.query('type:ticket subject:"Of acme"')).result.length, 0);
  assert.match(ticket.url, /^https:\/\/acme\.zendesk\.com\//);
});

test("a wrong token is told apart from a missing record", async () => {
  const stranger = clientWith({ token: "wrong" });
  await assert.rejects(stranger.tickets.list(), /401/);
  await assert.rejects(client.tickets.show(999999999), /404/);
});
