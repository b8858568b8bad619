// A service of the gateway through SageMaker's runtime client: the caller keeps its code and changes its address. argv: the control plane's address.
import assert from "node:assert/strict";
import http from "node:http";
import { InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

const control = process.argv[2];
// A model server that writes its second line once the caller has the first.
let go;
const read = new Promise((done) => (go = done));
const model = http.createServer(async (request, response) => {
  for await (const _ of request);
  if (request.url === "/whole") return response.writeHead(200, { "content-type": "text/csv" }).end("1\n");
  response.writeHead(200, { "content-type": "application/jsonlines" });
  response.write("1\n");
  await read;
  response.end("2\n");
});
await new Promise((done) => model.listen(0, "127.0.0.1", done));
const define = async (name, path) => {
  const definition = { backends: [{ name: "own", url: `http://127.0.0.1:${model.address().port}${path}` }] };
  const reply = await fetch(`${control}/v1/services/${name}`, { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(definition) });
  assert.ok(reply.ok, await reply.text());
};
await define("sdk-whole", "/whole");
await define("sdk-lines", "/lines");

const client = new SageMakerRuntimeClient({ endpoint: control });
const whole = await client.send(new InvokeEndpointCommand({ EndpointName: "sdk-whole", Body: "1", ContentType: "text/csv" }));
assert.equal(Buffer.from(whole.Body).toString(), "1\n");
assert.equal(whole.InvokedProductionVariant, "own");

const ask = (EndpointName) => client.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName, Body: "1", ContentType: "text/csv" }));
const lines = await ask("sdk-lines");
assert.equal(lines.ContentType, "application/jsonlines");
const parts = [];
for await (const { PayloadPart } of lines.Body) {
  parts.push(Buffer.from(PayloadPart.Bytes).toString());
  go();
}
assert.deepEqual(parts, ["1\n", "2\n"]);

const error = await ask("sdk-none").then(() => assert.fail("ValidationError expected"), (e) => e);
assert.equal(error.name, "ValidationError", error.stack);
model.close();
console.log("ok");
