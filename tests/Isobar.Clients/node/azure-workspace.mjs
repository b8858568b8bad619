// A workspace of its own for a flow over Azure Machine Learning, with what the flows share.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import machineLearning from "@azure/arm-machinelearning";
import { ContainerClient } from "@azure/storage-blob";

export const http = process.env.ISOBAR_AZURE_ENDPOINT;
export const origin = http.replace("http:", "https:");
export const subscription = "12345678-1234-1234-1234-123456789abc";
const token = { token: "e30.e30.", expiresOnTimestamp: Date.now() + 3600_000 };
export const client = new machineLearning.AzureMachineLearningWorkspaces({ getToken: async () => token }, subscription, { endpoint: origin, updateIntervalInMs: 100 });
export const group = "rg-" + randomBytes(4).toString("hex"), ws = "ws-" + randomBytes(4).toString("hex");
export const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
export const quick = { updateIntervalInMs: 100 };
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const all = async (pages) => { const found = []; for await (const item of pages) found.push(item); return found; };

export const ask = async (method, url, body, headers = {}) => {
  const reply = await fetch(url, { method, headers: { authorization: `Bearer ${token.token}`, "content-type": "application/json", ...headers }, body: body && (typeof body === "string" ? body : JSON.stringify(body)) });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, body: /^[[{"]/.test(text) ? JSON.parse(text) : undefined };
};
// A request to Resource Manager, where the client drops what it sends or reads.
export const arm = (method, path, body, version = "2024-04-01", headers = {}) => ask(method, `${origin}${path}${path.includes("?") ? "&" : "?"}api-version=${version}`, body, headers);
export const put = async (path, properties, more = {}) => {
  const reply = await arm("PUT", path, { properties, ...more });
  assert.ok(reply.status < 300, `${path}: ${reply.text}`);
  return reply.body;
};
// Waits until an answer is as wanted.
export const until = async (read, wanted, what) => {
  for (let i = 0; i < 1500; i++) {
    const found = await read();
    if (wanted(found)) return found;
    await sleep(100);
  }
  assert.fail(`${what} did not come: ${JSON.stringify(await read())}`);
};
export const settled = (path) => until(async () => (await arm("GET", path)).body, (r) => !["Creating", "Updating", "Accepted", undefined].includes(r.properties.provisioningState), path);
export const finished = (name) => until(async () => (await arm("GET", `${wsId}/jobs/${name}`)).body, (j) => ["Completed", "Failed", "Canceled"].includes(j.properties.status), name);
export const completed = async (name) => {
  const job = await finished(name);
  assert.equal(job.properties.status, "Completed", JSON.stringify(job.properties));
  return job;
};

assert.ok((await arm("PUT", `/subscriptions/${subscription}/resourceGroups/${group}`, { location: "westeurope" })).status < 300);
const made = await client.workspaces.beginCreateOrUpdateAndWait(group, ws, { location: "westeurope" }, quick);
export const wsId = made.id;
export const workspace = (await arm("GET", wsId)).body;
const account = workspace.properties.storageAccount.split("/").pop();
// The workspace's own container.
export const blobs = new ContainerClient(`${origin}/${account}/azureml-blobstore-${workspace.properties.workspaceId}?sig=any`);
export const upload = async (path, text) => { const data = Buffer.from(text); await blobs.getBlockBlobClient(path).upload(data, data.length); };
export const read = async (path) => (await blobs.getBlobClient(path).downloadToBuffer()).toString();
export const data = (path) => `azureml://datastores/workspaceblobstore/paths/${path}`;

export const run = async (...steps) => {
  for (const step of steps) {
    await step();
    console.log(step.name);
  }
  await client.workspaces.beginDeleteAndWait(group, ws, quick);
  console.log("allDone");
};
