// A service of the gateway through Vertex AI's client as it speaks by default, over gRPC: the caller keeps its code and changes its address. argv: the control plane's address.
import assert from "node:assert/strict";
import http from "node:http";
import { v1, helpers } from "@google-cloud/aiplatform";
import { grpc } from "google-gax";

const control = process.argv[2];
const url = new URL(control);
// A model server that writes its second line once the caller has the first.
let go;
const read = new Promise((done) => (go = done));
const model = http.createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  if (request.url === "/rows") {
    const { instances, parameters } = JSON.parse(body);
    const predictions = instances.map((row) => ({ sum: row.a + row.b, over: parameters?.threshold < row.a + row.b }));
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ predictions, deployedModelId: "7", modelDisplayName: "adder" }));
  }
  if (request.url === "/bad") return response.writeHead(400, { "content-type": "text/plain" }).end("a is no number");
  if (request.url === "/raw") return response.writeHead(200, { "content-type": "text/csv" }).end(`${request.headers["content-type"]}|${body}`);
  response.writeHead(200, { "content-type": "application/jsonlines" });
  response.write("1\n");
  if (request.url === "/broken") return setImmediate(() => response.destroy());
  await read;
  response.end("2\n");
});
await new Promise((done) => model.listen(0, "127.0.0.1", done));
const send = async (method, path, body) => {
  const reply = await fetch(control + path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(reply.ok, await reply.clone().text());
  return reply.json();
};
const define = (name, path, more = {}) => send("PUT", `/v1/services/${name}`, { backends: [{ name: "own", url: `http://127.0.0.1:${model.address().port}${path}` }], ...more });
for (const name of ["rows", "raw", "lines", "broken"]) await define(`grpc-${name}`, `/${name}`);
await define("grpc-bad", "/bad");
await define("grpc-keys", "/rows", { access: "keys" });

const client = new v1.PredictionServiceClient({ apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() });
const endpoint = (service) => `projects/isobar/locations/us-central1/endpoints/grpc-${service}`;
const fails = (call, code) => call.then(() => assert.fail(`code ${code} expected`), (e) => (assert.equal(e.code, code, e.stack), e));
const instances = [helpers.toValue({ a: 1, b: 2 }), helpers.toValue({ a: 3, b: 4.5 })];

// Rows and parameters arrive, predictions and who made them come back.
const [answer] = await client.predict({ endpoint: endpoint("rows"), instances, parameters: helpers.toValue({ threshold: 5 }) });
assert.deepEqual(answer.predictions.map(helpers.fromValue), [{ sum: 3, over: false }, { sum: 7.5, over: true }]);
assert.deepEqual([answer.deployedModelId, answer.modelDisplayName], ["7", "adder"]);

const [raw] = await client.rawPredict({ endpoint: endpoint("raw"), httpBody: { contentType: "text/csv", data: Buffer.from("1,2\n") } });
assert.deepEqual([raw.contentType, raw.data.toString()], ["text/csv", "text/csv|1,2\n"]);

const parts = [];
for await (const part of client.streamRawPredict({ endpoint: endpoint("lines"), httpBody: { contentType: "application/json", data: Buffer.from("{}") } })) {
  parts.push(`${part.contentType} ${part.data}`);
  go();
}
assert.deepEqual(parts, ["application/jsonlines 1\n", "application/jsonlines 2\n"]);

// Failures in gRPC's terms: of the gateway, of the model, of the request, and in the middle of an answer.
await fails(client.predict({ endpoint: endpoint("none"), instances }), grpc.status.NOT_FOUND);
assert.match((await fails(client.predict({ endpoint: endpoint("bad"), instances }), grpc.status.INVALID_ARGUMENT)).details, /400.*a is no number/);
await fails(client.predict({ endpoint: endpoint("rows"), instances: [] }), grpc.status.INVALID_ARGUMENT);
assert.match((await fails(client.predict({ endpoint: "projects/isobar/locations/us-central1/models/7", instances }), grpc.status.INVALID_ARGUMENT)).details, /endpoint/);
await fails(client.explain({ endpoint: endpoint("rows"), instances }), grpc.status.UNIMPLEMENTED);
const broken = client.streamRawPredict({ endpoint: endpoint("broken"), httpBody: { contentType: "application/json", data: Buffer.from("{}") } });
await fails((async () => { for await (const part of broken) assert.equal(part.data.toString(), "1\n"); })(), grpc.status.UNAVAILABLE);

// Keys go in the metadata; without one nobody is let in, and too fast is told.
await fails(client.predict({ endpoint: endpoint("keys"), instances }), grpc.status.UNAUTHENTICATED);
const { key } = await send("POST", "/v1/gateway/keys", { name: "grpc", services: ["grpc-keys"], requestsPerSecond: 0.01, burst: 1 });
const withKey = { otherArgs: { headers: { "x-api-key": key } } };
const [admitted] = await client.predict({ endpoint: endpoint("keys"), instances }, withKey);
assert.equal(admitted.predictions.length, 2);
const refused = await fails(client.predict({ endpoint: endpoint("keys"), instances }, withKey), grpc.status.RESOURCE_EXHAUSTED);
assert.ok(Number(refused.metadata.get("retry-after")[0]) >= 1);
model.close();
client.close();
console.log("ok");
