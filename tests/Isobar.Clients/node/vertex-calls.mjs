// What may become of a prediction's call besides an answer: its deadline passes, it is given up, it comes compressed, it is large. Over gRPC; the model is a server of one's own that sleeps.
import assert from "node:assert/strict";
import { helpers, options, parent, plain, run, sleep, unique, v1 } from "./vertex-setup.mjs";

const models = new v1.ModelServiceClient(options);
const endpoints = new v1.EndpointServiceClient(options);
const predictions = new v1.PredictionServiceClient(options);
const DEADLINE_EXCEEDED = 4, CANCELLED = 1;
const long = 4000;
let endpoint, model;

const server = `
  require("http").createServer((request, response) => {
    let body = "";
    request.on("data", (d) => body += d);
    request.on("end", () => {
      if (request.url !== (request.method === "POST" ? process.env.AIP_PREDICT_ROUTE : process.env.AIP_HEALTH_ROUTE)) { response.statusCode = 404; return response.end(); }
      const asked = request.method === "POST" ? JSON.parse(body).instances : [];
      setTimeout(() => response.end(JSON.stringify({ predictions: asked.map((i) => ({ slept: i.sleep, length: (i.text ?? "").length })) })), asked[0]?.sleep ?? 0);
    });
  }).listen(process.env.AIP_HTTP_PORT, "127.0.0.1");`;
const ask = (instance, call, client = predictions) => client.predict({ endpoint, instances: [helpers.toValue(instance)] }, call);
const failure = (promise) => promise.then(() => assert.fail("it was answered"), (e) => e);
const answers = async (client) => assert.deepEqual(plain((await ask({ sleep: 0, text: "ab" }, {}, client))[0].predictions[0]), { slept: 0, length: 2 });

async function deployed() {
  const [uploading] = await models.uploadModel({ parent, model: { displayName: unique("sleeper"), containerSpec: { imageUri: "any/image", command: ["node", "-e", server], healthRoute: "/healthz", predictRoute: "/v1/models/sleeper:predict" } } });
  model = (await uploading.promise())[0].model;
  const [creating] = await endpoints.createEndpoint({ parent, endpoint: { displayName: unique("sleeper") } });
  endpoint = (await creating.promise())[0].name;
  const [deploying] = await endpoints.deployModel({ endpoint, deployedModel: { model, displayName: "sleeper", dedicatedResources: { minReplicaCount: 1, machineSpec: { machineType: "n1-standard-2" } } }, trafficSplit: { 0: 100 } });
  await deploying.promise();
  await answers();
}

async function deadlines() {
  for (const timeout of [1, 300]) {
    const started = Date.now();
    const error = await failure(ask({ sleep: long }, { timeout, retry: null }));
    assert.equal(error.code, DEADLINE_EXCEEDED, error.stack);
    assert.ok(Date.now() - started < long, `${Date.now() - started} ms`);
  }
  // One that is long enough is no failure.
  assert.equal(plain((await ask({ sleep: 200 }, { timeout: 10_000 }))[0].predictions[0]).slept, 200);
  await answers();
}

async function givenUp() {
  // What the client wraps gives a promise that can be taken back.
  await predictions.initialize();
  const calls = Array.from({ length: 8 }, () => predictions.innerApiCalls.predict({ endpoint, instances: [helpers.toValue({ sleep: long })] }, {}));
  await sleep(200);
  for (const call of calls) call.cancel();
  for (const call of calls) assert.equal((await failure(call)).code, CANCELLED);
  // What they were written in is used for nothing else: whoever asks now has his own answer.
  const lengths = Array.from({ length: 40 }, (_, i) => i * 7);
  const replies = await Promise.all(lengths.map((n) => ask({ sleep: 5, text: "x".repeat(n) })));
  assert.deepEqual(replies.map(([r]) => plain(r.predictions[0]).length), lengths);
}

async function compressed() {
  const gzip = new v1.PredictionServiceClient({ ...options, "grpc.default_compression_algorithm": 2 });
  await answers(gzip);
  const text = "z".repeat(50_000);
  assert.equal(plain((await ask({ sleep: 0, text }, {}, gzip))[0].predictions[0]).length, text.length);
  await gzip.close();
}

async function large() {
  // Around the size up to which calls are answered without a message being made of them.
  for (const size of [200_000, 256 * 1024, 400_000, 1_200_000]) assert.equal(plain((await ask({ sleep: 0, text: "y".repeat(size) }))[0].predictions[0]).length, size);
}

async function takenDown() {
  const id = (await endpoints.getEndpoint({ name: endpoint }))[0].deployedModels[0].id;
  const [taking] = await endpoints.undeployModel({ endpoint, deployedModelId: id });
  await taking.promise();
  await (await endpoints.deleteEndpoint({ name: endpoint }))[0].promise();
  await (await models.deleteModel({ name: model }))[0].promise();
}

await run(deployed, deadlines, givenUp, compressed, large, takenDown);
