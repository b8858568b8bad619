// Cloud Logging through Google's client: entries are written, listed by filters, tailed and deleted. The argument says how it speaks.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Logging } from "@google-cloud/logging";
import { grpc } from "google-gax";

const url = new URL(process.env.ISOBAR_GOOGLE_ENDPOINT);
const transport = process.argv[2] ?? "grpc";
const options = transport === "grpc"
  ? { apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() }
  : { apiEndpoint: url.hostname, port: Number(url.port), protocol: "http", fallback: true };
const logging = new Logging({ projectId: process.env.GOOGLE_CLOUD_PROJECT, ...options });
const id = `orders/${randomBytes(4).toString("hex")}`;
const log = logging.log(id);
const resource = { type: "global", labels: { project_id: process.env.GOOGLE_CLOUD_PROJECT } };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const entry = (severity, data, more = {}) => log.entry({ resource, severity, ...more }, data);
const since = new Date(Date.now() - 60_000).toISOString();

async function writeAndList() {
  // With its first entry the client says who it is; that goes to a log of its own here.
  await logging.log(`${id}/first`).write(entry("INFO", "hello"));
  await log.write([entry("INFO", "started", { labels: { shop: "north" } }), entry("ERROR", { order: { number: 7 }, message: "no stock" }), entry("WARNING", "slow")]);
  const [all] = await log.getEntries({ orderBy: "timestamp asc", autoPaginate: false });
  assert.deepEqual(all.map((e) => e.metadata.severity), ["INFO", "ERROR", "WARNING"]);
  assert.deepEqual(all[1].data, { order: { number: 7 }, message: "no stock" });
  assert.ok(all.every((e) => e.metadata.insertId && e.metadata.logName.endsWith(encodeURIComponent(id))));
  const found = async (filter) => (await log.getEntries({ filter: `${filter} AND timestamp>="${since}"`, orderBy: "timestamp asc" }))[0].map((e) => e.metadata.severity);
  assert.deepEqual(await found("severity>=WARNING"), ["ERROR", "WARNING"]);
  assert.deepEqual(await found('jsonPayload.order.number=7'), ["ERROR"]);
  assert.deepEqual(await found('textPayload:"start"'), ["INFO"]);
  assert.deepEqual(await found('labels.shop="north"'), ["INFO"]);
  assert.deepEqual(await found('NOT (severity=ERROR OR severity=WARNING)'), ["INFO"]);
  assert.deepEqual((await log.getEntries({ orderBy: "timestamp desc", autoPaginate: false }))[0].map((e) => e.metadata.severity), ["WARNING", "ERROR", "INFO"]);
  // A page may hold fewer entries than asked for, never more.
  const paged = [];
  for (let query = { pageSize: 2, autoPaginate: false, orderBy: "timestamp asc" }; query;) {
    const [page, next] = await log.getEntries(query);
    assert.ok(page.length <= 2);
    paged.push(...page.map((e) => e.metadata.severity));
    query = next?.pageToken ? { ...next, autoPaginate: false } : null;
  }
  assert.deepEqual(paged, ["INFO", "ERROR", "WARNING"]);
}

async function tail() {
  const seen = [];
  const stream = logging.tailEntries({ filter: `logName="${log.formattedName_}"` }).on("error", () => {}).on("data", (page) => seen.push(...page.entries.map((e) => e.data)));
  for (let i = 0; i < 100 && !seen.includes("fresh"); i++, await sleep(100)) if (i % 10 === 3) await log.write(entry("INFO", "fresh"));
  stream.end();
  assert.ok(seen.includes("fresh"));
  assert.ok(!seen.includes("started"));
}

async function logsAndDeletion() {
  assert.ok((await logging.getLogs())[0].some((l) => l.name === encodeURIComponent(id)), "the log is listed");
  await log.delete();
  assert.deepEqual((await log.getEntries())[0], []);
  await assert.rejects(log.delete(), (e) => [5, 404].includes(Number(e.code)));
  await assert.rejects(logging.getEntries({ filter: "severity>=LOUD" }), (e) => [3, 400].includes(Number(e.code)));
}

// Streams in both directions are gRPC's.
for (const flow of transport === "grpc" ? [writeAndList, tail, logsAndDeletion] : [writeAndList, logsAndDeletion]) {
  await flow();
  console.log(flow.name);
}
process.exit(0);
