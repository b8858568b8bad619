// Registries: a model that one workspace has trained is deployed in another from the registry, and outlives the first.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { all, arm, ask, blobs, client, completed, data, group, put, quick, run, settled, subscription, unique, upload, ws, wsId } from "./azure-workspace.mjs";

const path = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.MachineLearningServices`;
const registry = unique("shared"), other = unique("other");
const id = `${path}/registries/${registry}`;

async function registries() {
  assert.equal((await arm("PUT", id, { location: "eastus", properties: {} })).body.error.target, "properties.regionDetails");
  const made = await arm("PUT", id, { location: "eastus", properties: { regionDetails: [{ location: "eastus" }] }, tags: { team: "blue" } });
  assert.deepEqual([made.status, made.body.properties.provisioningState, made.body.properties.workspaceId], [201, "Succeeded", undefined]);
  assert.ok(made.headers.get("azure-asyncoperation"));
  assert.deepEqual((await arm("GET", `${path}/registries`)).body.value.map((r) => r.name), [registry]);
  assert.equal((await arm("PATCH", id, { tags: { team: "red" } })).body.tags.team, "red");
  assert.equal((await arm("PUT", `/subscriptions/${subscription}/resourceGroups/none/providers/Microsoft.MachineLearningServices/registries/x`, { location: "eastus", properties: {} })).status, 404);
}

async function share() {
  await upload("data/penguins.csv", readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url)));
  await client.workspaces.beginCreateOrUpdateAndWait(group, other, { location: "eastus" }, quick);
  const job = unique("train");
  await put(`${wsId}/jobs/${job}`, {
    jobType: "Command", environmentId: "azureml:any:1", command: "isobar-train --algorithm boosted-trees --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds 10",
    inputs: { train: { jobInputType: "uri_file", uri: data("data/penguins.csv") } }, outputs: { model: { jobOutputType: "custom_model" } },
  });
  await completed(job);
  await put(`${wsId}/models/penguins/versions/1`, { modelUri: `azureml://jobs/${job}/outputs/model`, modelType: "custom_model" });
  const kept = await put(`${id}/models/penguins/versions/3`, { modelUri: `azureml:${wsId}/models/penguins/versions/1`, modelType: "custom_model" });
  assert.match(kept.properties.modelUri, /\/models\/penguins\/3\/model\/$/);
  await put(`${id}/environments/plain/versions/1`, { image: "ubuntu:22.04" });
  await put(`${id}/components/step/versions/1`, { componentSpec: { type: "command", command: "echo" } });
  assert.equal((await arm("GET", `${id}/models/penguins`)).body.properties.latestVersion, "3");
  assert.equal((await arm("GET", `${id}/models/penguins/versions`)).body.value.length, 1);
  const changed = await arm("PUT", `${id}/models/penguins/versions/3`, { properties: { modelUri: kept.properties.modelUri, modelType: "mlflow_model" } });
  assert.match(changed.body.error.message, /cannot be changed/);
  assert.equal((await arm("PUT", `${id}/models/none/versions/1`, { properties: { modelUri: "azureml://registries/none/models/x/versions/1" } })).status, 400);
  // What is shared does not go with the workspace's own.
  await client.modelVersions.delete(group, ws, "penguins", "1");
  for (const blob of await all(blobs.listBlobsFlat({ prefix: `azureml/${job}/` }))) await blobs.deleteBlob(blob.name);
}

const columns = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex", "year"];
const rows = { input_data: { columns, data: [["Torgersen", 39.1, 18.7, 181, 3750, "male", 2007], ["Biscoe", 50.0, 16.3, 230, 5700, "male", 2007]] } };

async function deployFromTheRegistry() {
  const name = unique("reg").slice(0, 20), endpoint = `${path}/workspaces/${other}/onlineEndpoints/${name}`;
  await put(endpoint, { authMode: "AMLToken" }, { location: "eastus" });
  await put(`${endpoint}/deployments/blue`, { endpointComputeType: "Managed", model: `azureml://registries/${registry}/models/penguins/versions/3` }, { location: "eastus", sku: { name: "Default", capacity: 1 } });
  assert.equal((await settled(`${endpoint}/deployments/blue`)).properties.provisioningState, "Succeeded");
  await put(endpoint, { authMode: "AMLToken", traffic: { blue: 100 } }, { location: "eastus" });
  const { accessToken } = (await arm("POST", `${endpoint}/token`)).body;
  const { scoringUri } = (await arm("GET", endpoint)).body.properties;
  assert.deepEqual((await ask("POST", scoringUri, rows, { authorization: `Bearer ${accessToken}` })).body, ["Adelie", "Gentoo"]);
  assert.equal((await ask("POST", scoringUri, rows, { authorization: `Bearer ${accessToken}x` })).status, 401);
}

async function end() {
  await client.workspaces.beginDeleteAndWait(group, other, quick);
  assert.equal((await arm("DELETE", id)).status, 202);
  assert.deepEqual([(await arm("GET", id)).status, (await arm("GET", `${id}/models/penguins`)).status], [404, 404]);
}

async function connections() {
  await client.workspaceConnections.create(group, ws, "hub", { properties: { authType: "PAT", category: "Git", target: "https://example.org", credentials: { pat: "very secret" } } });
  const kept = await client.workspaceConnections.get(group, ws, "hub");
  assert.deepEqual([kept.properties.category, kept.properties.credentials], ["Git", undefined]);
  assert.equal((await arm("POST", `${wsId}/connections/hub/listsecrets`)).body.properties.credentials.pat, "very secret");
  assert.deepEqual((await all(client.workspaceConnections.list(group, ws, { category: "Git" }))).map((c) => c.name), ["hub"]);
  assert.deepEqual(await all(client.workspaceConnections.list(group, ws, { category: "PythonFeed" })), []);
  assert.equal((await arm("PUT", `${wsId}/connections/bad`, { properties: { authType: "Handshake", category: "Git" } })).body.error.target, "properties.authType");
  await client.workspaceConnections.delete(group, ws, "hub");
  assert.equal((await arm("GET", `${wsId}/connections/hub`)).status, 404);
}

await run(registries, share, deployFromTheRegistry, end, connections);
