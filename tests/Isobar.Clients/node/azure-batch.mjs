// Batch endpoints: a model without a script over CSV files, and a scoring script of the user's own over files of any kind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { all, arm, ask, client, completed, data, finished, group, origin, put, quick, read, run, unique, upload, ws, wsId } from "./azure-workspace.mjs";

const penguins = readFileSync(new URL("../../../data/datasets/penguins.csv", import.meta.url), "utf8").trim().split("\n");
const name = unique("batch").slice(0, 20);
let scoringUri;

async function trainedModel() {
  await upload("data/penguins.csv", penguins.join("\n") + "\n");
  const job = unique("train");
  await put(`${wsId}/jobs/${job}`, {
    jobType: "Command", environmentId: "azureml:any:1",
    command: "isobar-train --algorithm boosted-trees --task multiclass --label species --train ${{inputs.train}} --model ${{outputs.model}} --rounds 10",
    inputs: { train: { jobInputType: "uri_file", uri: data("data/penguins.csv") } }, outputs: { model: { jobOutputType: "custom_model" } },
  });
  await completed(job);
  await put(`${wsId}/models/penguins/versions/1`, { modelUri: `azureml://jobs/${job}/outputs/model`, modelType: "custom_model" });
}

async function endpoint() {
  const made = await client.batchEndpoints.beginCreateOrUpdateAndWait(group, ws, name, { location: "westeurope", properties: { authMode: "AADToken" } }, quick);
  assert.deepEqual([made.properties.provisioningState, made.properties.authMode], ["Succeeded", "AADToken"]);
  scoringUri = made.properties.scoringUri;
  assert.ok(scoringUri.startsWith(origin) && scoringUri.endsWith("/jobs"));
  const deployed = await client.batchDeployments.beginCreateOrUpdateAndWait(group, ws, name, "trees", { location: "westeurope", properties: { model: { referenceType: "Id", assetId: `${wsId}/models/penguins/versions/1` }, miniBatchSize: 2 } }, quick);
  assert.deepEqual([deployed.properties.outputAction, deployed.properties.outputFileName, deployed.properties.retrySettings.maxRetries], ["AppendRow", "predictions.csv", 3]);
  assert.equal((await ask("POST", scoringUri, { properties: { InputData: { a: { JobInputType: "UriFolder", Uri: data("data") } } } })).status, 400, "there is no default deployment yet");
  await client.batchEndpoints.beginUpdateAndWait(group, ws, name, { tags: {} }, quick).catch(() => {});
  const chosen = await arm("PUT", `${wsId}/batchEndpoints/${name}`, { location: "westeurope", properties: { authMode: "AADToken", defaults: { deploymentName: "trees" } } });
  assert.equal(chosen.status, 200, chosen.text);
  assert.equal((await arm("PUT", `${wsId}/batchEndpoints/${name}`, { location: "westeurope", properties: { authMode: "AADToken", defaults: { deploymentName: "none" } } })).status, 400);
  assert.deepEqual((await all(client.batchEndpoints.list(group, ws))).map((e) => e.properties.defaults.deploymentName), ["trees"]);
}

const invoke = async (properties, headers = {}) => {
  const reply = await ask("POST", scoringUri, { properties }, headers);
  assert.equal(reply.status, 201, reply.text);
  return reply.body;
};

async function predictions() {
  const rows = penguins.slice(1);
  for (let i = 0; i < 3; i++) await upload(`new/part${i}.csv`, [penguins[0], ...rows.filter((_, n) => n % 3 === i)].join("\n"));
  const job = await invoke({ InputData: { birds: { JobInputType: "UriFolder", Uri: data("new") } } });
  assert.match(job.id, /\/jobs\/batchjob-/);
  const done = await completed(job.name);
  assert.equal(done.properties.outputs.score.uri, data(`azureml/${job.name}/score/`));
  const lines = (await read(`azureml/${job.name}/score/predictions.csv`)).trim().split("\n").map((l) => l.split(","));
  assert.equal(lines.length, rows.length);
  assert.deepEqual(lines.slice(0, 2).map(([row, , file]) => [row, file]), [["0", "part0.csv"], ["1", "part0.csv"]]);
  const species = penguins[0].split(",").indexOf("species");
  const right = lines.filter(([row, prediction, file]) => rows.filter((_, n) => n % 3 === Number(file[4]))[row].split(",")[species] === prediction).length;
  assert.ok(right > rows.length * 0.95, `${right} of ${rows.length}`);
  assert.deepEqual((await ask("GET", scoringUri)).body.value.map((j) => j.name), [job.name]);
  assert.equal((await ask("GET", `${scoringUri}/${job.name}`)).body.properties.status, "Completed");
  assert.deepEqual((await arm("GET", `${wsId}/batchEndpoints/${name}/jobs`)).body.value.map((j) => j.name), [job.name]);
}

async function oneFileToAPlaceOfOnesOwn() {
  const job = await invoke({ InputData: { birds: { JobInputType: "uri_file", Uri: data("new/part1.csv") } }, OutputData: { score: { JobOutputType: "UriFile", Uri: data("mine/scores.csv") } } });
  await completed(job.name);
  assert.match(await read("mine/scores.csv"), /^0,\w+,part1\.csv\n/);
}

async function filesThatFail() {
  await upload("odd/a.csv", penguins.slice(0, 4).join("\n"));
  await upload("odd/b.csv", "nothing,like,it\n1,2,3\n");
  const tolerant = await invoke({ InputData: { birds: { JobInputType: "UriFolder", Uri: data("odd") } } });
  await completed(tolerant.name);
  assert.equal((await read(`azureml/${tolerant.name}/score/predictions.csv`)).trim().split("\n").length, 3);
  await client.batchDeployments.beginCreateOrUpdateAndWait(group, ws, name, "strict", { location: "westeurope", properties: { model: { referenceType: "Id", assetId: `${wsId}/models/penguins/versions/1` }, errorThreshold: 0 } }, quick);
  const strict = await finished((await invoke({ InputData: { birds: { JobInputType: "UriFolder", Uri: data("odd") } } }, { "azureml-model-deployment": "strict" })).name);
  assert.equal(strict.properties.status, "Failed");
  assert.match(strict.properties.properties.error, /b\.csv/);
}

const script = `
import os
def init():
    global greeting
    with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "words", "greeting.txt")) as file:
        greeting = file.read().strip()
def run(mini_batch):
    print("scoring", len(mini_batch))
    found = []
    for path in mini_batch:
        with open(path) as file:
            text = file.read()
        if "bad" in text:
            raise ValueError("bad text")
        found.append([os.path.basename(path), greeting + " " + text])
    return found
`;

async function scripts() {
  await upload("src/score.py", script);
  await upload("words/greeting.txt", "hello");
  for (const [file, text] of Object.entries({ "a.txt": "Ada", "b.txt": "bad", "c.txt": "Cleo, too", "d.txt": "Dora" })) await upload(`texts/${file}`, text);
  await put(`${wsId}/codes/src/versions/1`, { codeUri: data("src") });
  await put(`${wsId}/models/words/versions/1`, { modelUri: data("words"), modelType: "custom_model" });
  const made = await client.batchDeployments.beginCreateOrUpdateAndWait(group, ws, name, "words", { location: "westeurope", properties: {
    model: { referenceType: "Id", assetId: `${wsId}/models/words/versions/1` }, codeConfiguration: { codeId: `${wsId}/codes/src/versions/1`, scoringScript: "score.py" }, environmentId: "azureml:any:1",
    miniBatchSize: 1, maxConcurrencyPerInstance: 2, outputFileName: "said.csv", retrySettings: { maxRetries: 0, timeout: "PT10S" },
  } }, quick);
  assert.equal(made.properties.codeConfiguration.scoringScript, "score.py");
  const job = await invoke({ InputData: { texts: { JobInputType: "UriFolder", Uri: data("texts") } } }, { "azureml-model-deployment": "words" });
  await completed(job.name);
  assert.equal(await read(`azureml/${job.name}/score/said.csv`), 'a.txt,hello Ada\nc.txt,"hello Cleo, too"\nd.txt,hello Dora\n');
  const log = await read(`ExperimentRun/dcid.${job.name}/user_logs/std_log.txt`);
  assert.match(log, /ValueError: bad text/);
  assert.match(log, /3 rows of 3 files/);
  assert.deepEqual((await arm("GET", `${wsId}/batchEndpoints/${name}/deployments/words/jobs`)).body.value.map((j) => j.name), [job.name]);
}

async function refusals() {
  const refused = async (properties, text, headers = {}) => {
    const reply = await ask("POST", scoringUri, { properties }, headers);
    assert.ok(reply.status >= 400 && reply.status < 500 && text.test(reply.text), `${reply.status} ${reply.text}`);
  };
  await refused({}, /InputData/);
  await refused({ InputData: { a: { JobInputType: "Tape", Uri: "x" } } }, /JobInputType/);
  await refused({ InputData: { a: { JobInputType: "UriFolder" } } }, /Uri/);
  await refused({ InputData: { a: { JobInputType: "UriFolder", Uri: data("new") } } }, /no deployment/, { "azureml-model-deployment": "none" });
  assert.equal((await ask("POST", scoringUri.replace(name, "nobody"), { properties: {} })).status, 404);
  const nowhere = await finished((await invoke({ InputData: { a: { JobInputType: "UriFolder", Uri: data("nowhere") } } })).name);
  assert.equal(nowhere.properties.status, "Failed");
  await assert.rejects(client.batchDeployments.beginDeleteAndWait(group, ws, name, "trees", quick), /default deployment/);
  await client.batchDeployments.beginDeleteAndWait(group, ws, name, "strict", quick);
  assert.deepEqual((await all(client.batchDeployments.list(group, ws, name))).map((d) => d.name).sort(), ["trees", "words"]);
  await client.batchEndpoints.beginDeleteAndWait(group, ws, name, quick);
  assert.equal((await ask("GET", scoringUri)).status, 404);
}

await run(trainedModel, endpoint, predictions, oneFileToAPlaceOfOnesOwn, filesThatFail, scripts, refusals);
