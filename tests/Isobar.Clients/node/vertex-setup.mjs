// What the flows of Vertex AI share: clients in the transport that the first argument names (grpc or rest), a bucket, the penguins, and assertions on failures.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import aiplatform from "@google-cloud/aiplatform";
import { Storage } from "@google-cloud/storage";
import { grpc } from "google-gax";

export const transport = process.argv[2] ?? "grpc";
export const url = new URL(process.env.ISOBAR_GOOGLE_ENDPOINT);
export const options = transport === "grpc"
  ? { apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() }
  : { apiEndpoint: url.hostname, port: Number(url.port), protocol: "http", fallback: true };
export const v1 = aiplatform.v1;
export const helpers = aiplatform.helpers;
export const project = process.env.GOOGLE_CLOUD_PROJECT;
export const parent = `projects/${project}/locations/us-central1`;
export const bucket = new Storage().bucket("vertex-" + randomBytes(6).toString("hex"));
export const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
// Over REST the client passes the HTTP status on.
const http = { 3: 400, 5: 404, 6: 409, 9: 400, 10: 409, 12: 501 };
export const fails = async (promise, code, text) => {
  const error = await promise.then(() => assert.fail(`${code} expected`), (e) => e);
  assert.equal(Number(error.code), transport === "grpc" ? code : http[code], error.stack);
  if (text) assert.match(error.message, text);
  return error;
};
/** Asks until a resource is in a final state. */
export const settled = async (read) => {
  for (let i = 0; i < 900; i++, await sleep(200)) {
    const [resource] = await read();
    if (/_(SUCCEEDED|FAILED|CANCELLED)$/.test(resource.state)) return resource;
  }
  assert.fail("it did not end");
};
/** What a google.protobuf.Value says; the client's own helper takes structs alone. */
export const plain = (value) => helpers.fromValue({ structValue: { fields: { it: value } }, kind: "structValue" }).it;

const read = (name) => readFileSync(fileURLToPath(new URL(`../../../data/datasets/${name}.csv`, import.meta.url)), "utf8").trim().split(/\r?\n/);
const lines = read("penguins");
export const columns = lines[0].split(",");
export const rows = lines.slice(1).filter((l) => !l.split(",").includes("NA")).map((l) => l.split(","));
export const csv = (some) => [columns.join(","), ...some.map((r) => r.join(","))].join("\n") + "\n";
export const held = rows.filter((_, i) => i % 5 === 0);
export const learned = rows.filter((_, i) => i % 5 !== 0);
/** A row as an instance: by names, numbers as numbers, without the label. */
export const instance = (row, label = "species") => Object.fromEntries(columns.map((c, i) => [c, row[i]]).filter(([c]) => c !== label).map(([c, v]) => [c, v !== "" && !Number.isNaN(Number(v)) ? Number(v) : v]));

export const run = async (...flows) => {
  await bucket.create();
  for (const flow of flows) {
    const started = Date.now();
    await flow();
    console.log(flow.name, `${Date.now() - started} ms`);
  }
  await bucket.deleteFiles();
  await bucket.delete();
};
