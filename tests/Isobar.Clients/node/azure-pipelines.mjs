// Pipeline and AutoML jobs through Microsoft's client for Azure Machine Learning.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import machineLearning from "@azure/arm-machinelearning";

const { AzureMachineLearningWorkspaces } = machineLearning;
const [account, container] = process.argv.slice(2);
const origin = process.env.ISOBAR_AZURE_ENDPOINT.replace("http:", "https:");
const subscription = "12345678-1234-1234-1234-123456789abc";
const token = { token: `e30.${Buffer.from(JSON.stringify({ appid: "the-tests" })).toString("base64url")}.`, expiresOnTimestamp: Date.now() + 3600_000 };
const client = new AzureMachineLearningWorkspaces({ getToken: async () => token }, subscription, { endpoint: origin, updateIntervalInMs: 200 });
const group = "rg-" + randomBytes(4).toString("hex"), ws = "ws-" + randomBytes(4).toString("hex");
const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const fails = async (promise, status, text) => {
  const error = await promise.then(() => assert.fail(`${status} expected`), (e) => e);
  assert.equal(error.statusCode, status, error.stack);
  if (text) assert.match(error.message, text);
};
const arm = async (method, path, body) => {
  const reply = await fetch(origin + path, { method, headers: { authorization: `Bearer ${token.token}`, "content-type": "application/json" }, body: body && JSON.stringify(body) });
  const text = await reply.text();
  return { status: reply.status, body: text ? JSON.parse(text) : undefined };
};
const finished = async (name) => {
  for (let i = 0; i < 1500; i++) {
    const job = await client.jobs.get(group, ws, name);
    if (["Completed", "Failed", "Canceled"].includes(job.properties.status)) return job;
    await sleep(200);
  }
  assert.fail(`${name} did not end`);
};
const base = `/subscriptions/${subscription}/resourceGroups/${group}`;
const children = async (name) => (await arm("GET", `${base}/providers/Microsoft.MachineLearningServices/workspaces/${ws}/jobs?api-version=2024-04-01&parentJobName=${name}`)).body.value;
const byNode = async (name) => {
  const found = {};
  for (const child of await children(name)) (found[child.properties.properties["azureml.nodeid"]] ??= []).push(child);
  return found;
};
const data = (path) => `azureml://datastores/clients/paths/${path}`;
const explained = async (job) => `${job.properties.properties.error}\n${JSON.stringify((await children(job.name)).map((c) => [c.properties.displayName, c.properties.status, c.properties.properties.error]))}`;

async function setUp() {
  await arm("PUT", `${base}?api-version=2021-04-01`, { location: "westeurope" });
  await client.workspaces.beginCreateOrUpdateAndWait(group, ws, { location: "westeurope" });
  await client.datastores.createOrUpdate(group, ws, "clients", { properties: { datastoreType: "AzureBlob", accountName: account, containerName: container, credentials: { credentialsType: "None" } } });
  await client.environmentVersions.createOrUpdate(group, ws, "here", "1", { properties: { image: "any" } });
}

// Microsoft's client leaves the uri out of a job's data inputs, whose types it does not find in its own table: such a job is sent as JSON.
const send = async (name, properties) => {
  const reply = await arm("PUT", `${base}/providers/Microsoft.MachineLearningServices/workspaces/${ws}/jobs/${name}?api-version=2024-04-01`, { properties });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body;
};
const environment = () => `${base}/providers/Microsoft.MachineLearningServices/workspaces/${ws}/environments/here/versions/1`;
const component = async (name, command, inputs = {}, outputs = {}, more = {}) => {
  const made = await client.componentVersions.createOrUpdate(group, ws, name, "1", { properties: { componentSpec: { name, version: "1", type: "command", command, environment: `azureml:${environment()}`, inputs, outputs, ...more } } });
  return made.id;
};
const literal = (value) => ({ job_input_type: "literal", value });
const parent = (text) => literal(`\${{parent.${text}}}`);

// Nine nodes of all kinds: registered and inline commands, a loop over items, a loop until, a condition with both branches, an inner pipeline.
async function pipeline() {
  const prepare = await component(unique("prepare"), "grep -v NA ${{inputs.data}} | head -${{inputs.rows}} > ${{outputs.clean}}/rows.csv; wc -l < ${{outputs.clean}}/rows.csv > ${{outputs.count}}",
    { data: { type: "uri_file" }, rows: { type: "integer", default: 50 } }, { clean: { type: "uri_folder" }, count: { type: "integer" } });
  const cut = await component(unique("cut"), "echo cutting column ${{inputs.column}}; cut -d, -f${{inputs.column}} ${{inputs.from}}/rows.csv | tail -n +2 | sort -u | wc -l | tr -d '\\n ' > ${{outputs.kinds}}", { from: { type: "uri_folder" }, column: { type: "integer" } }, { kinds: { type: "integer" } });
  const step = await component(unique("step"), "n=$((${{inputs.n}} * 2)); printf $n > ${{outputs.next}}; if [ $n -lt 20 ]; then printf true; else printf false; fi > ${{outputs.again}}", { n: { type: "integer" } }, { next: { type: "integer" }, again: { type: "boolean", is_control: true } });
  const name = unique("pipeline");
  const properties = () => ({
    jobType: "Pipeline",
    displayName: "all kinds",
    experimentName: "pipelines",
    settings: { default_compute: "serverless", continue_on_step_failure: false },
    inputs: { data: { jobInputType: "uri_file", uri: data("penguins.csv") }, rows: { jobInputType: "literal", value: "101" } },
    outputs: { report: { jobOutputType: "uri_folder" } },
    jobs: {
      prepare: { type: "command", componentId: prepare, inputs: { data: parent("inputs.data"), rows: parent("inputs.rows") } },
      cut: { type: "command", componentId: cut, inputs: { from: parent("jobs.prepare.outputs.clean") } },
      columns: { type: "parallel_for", body: "${{parent.jobs.cut}}", items: JSON.stringify([{ column: 1 }, { column: 2 }, { column: 7 }]) },
      double: { type: "command", componentId: step, inputs: { n: literal(3) } },
      until: { type: "do_while", body: "${{parent.jobs.double}}", condition: "again", mapping: { next: ["n"] }, limits: { max_iteration_count: 10 } },
      large: { command: "if [ ${{inputs.n}} -ge 20 ]; then printf True; else printf False; fi > ${{outputs.is}}", environmentId: environment(), component: { inputs: { n: { type: "integer" } }, outputs: { is: { type: "boolean" } } }, inputs: { n: parent("jobs.double.outputs.next") } },
      choose: { type: "if_else", condition: "${{parent.jobs.large.outputs.is}}", true_block: "${{parent.jobs.write}}", false_block: "${{parent.jobs.never}}" },
      write: {
        type: "pipeline",
        inputs: { kinds: parent("jobs.columns.outputs.kinds"), n: parent("jobs.double.outputs.next"), count: parent("jobs.prepare.outputs.count") },
        outputs: { report: { type: "literal", value: "${{parent.outputs.report}}" } },
        jobs: { report: { type: "command", command: "echo 'kinds ${{inputs.kinds}} n ${{inputs.n}} count ${{inputs.count}}' | tee ${{outputs.report}}/said.txt", environmentId: environment(), inputs: { kinds: parent("inputs.kinds"), n: parent("inputs.n"), count: parent("inputs.count") }, outputs: { report: { value: "${{parent.outputs.report}}", type: "literal" } } } },
      },
      never: { type: "command", command: "exit 1", environmentId: environment() },
    },
  });
  const created = await send(name, properties());
  assert.equal(created.properties.jobType, "Pipeline");
  const job = await finished(name);
  assert.equal(job.properties.status, "Completed", await explained(job));
  const nodes = await byNode(name);
  const names = Object.keys(nodes).sort();
  assert.deepEqual(names, ["columns.0.cut", "columns.1.cut", "columns.2.cut", "large", "prepare", "until.0.double", "until.1.double", "until.2.double", "write.report"]);
  assert.ok(job.properties.outputs.report.uri.includes(name));
  const report = nodes["write.report"][0];
  assert.equal(report.properties.outputs.report.uri, job.properties.outputs.report.uri);
  assert.equal(report.properties.inputs.kinds.value, "[1,3,3]");
  assert.equal(report.properties.inputs.n.value, 24);
  assert.equal(report.properties.inputs.count.value, 101);
  assert.equal((await client.jobs.get(group, ws, nodes.prepare[0].name)).properties.status, "Completed");

  // The same again: nothing is run, everything is shown.
  const again = unique("again");
  await send(again, properties());
  assert.equal((await finished(again)).properties.status, "Completed");
  const reused = await byNode(again);
  assert.equal(reused.prepare[0].properties.properties["azureml.isreused"], "true");
  assert.equal(reused.prepare[0].properties.properties["azureml.reusedrunid"], nodes.prepare[0].name);
  // What writes into this run's own output is not the same.
  assert.equal(reused["write.report"][0].properties.properties["azureml.isreused"], undefined);
}

async function faultsAndCancel() {
  const command = (text, more = {}) => ({ type: "command", command: text, environmentId: environment(), ...more });
  const submit = (name, jobs, more = {}) => client.jobs.createOrUpdate(group, ws, name, { properties: { jobType: "Pipeline", jobs, ...more } });
  await fails(submit(unique("bad"), { a: command("echo ${{inputs.x}}", { inputs: { x: parent("jobs.nothing.outputs.y") } }) }), 400, /nothing/);
  await fails(submit(unique("bad"), { a: { type: "spark" } }), 400, /spark/);
  await fails(submit(unique("bad"), { a: { type: "command", componentId: "azureml:none:1" } }), 400, /none/);
  const failing = unique("failing");
  await submit(failing, { a: command("exit 3"), b: command("echo b", { inputs: { x: parent("jobs.a.outputs.o") } }), c: command("echo c"), last: command("echo last") }, { settings: { on_finalize: "${{parent.jobs.last}}" } });
  const failed = await finished(failing);
  assert.equal(failed.properties.status, "Failed");
  const nodes = await byNode(failing);
  assert.deepEqual(Object.fromEntries(Object.entries(nodes).map(([n, [j]]) => [n, j.properties.status])), { a: "Failed", c: "Completed", last: "Completed" });
  const slow = unique("slow");
  await submit(slow, { a: command("sleep 600") });
  for (let i = 0; i < 300 && (await children(slow)).length === 0; i++) await sleep(100);
  await client.jobs.beginCancelAndWait(group, ws, slow);
  assert.equal((await finished(slow)).properties.status, "Canceled");
  assert.equal((await children(slow))[0].properties.status, "Canceled");
}

await setUp();
await pipeline();
console.log("pipeline");
await faultsAndCancel();
console.log("faultsAndCancel");
console.log("allDone");
