// Kubeflow pipelines, metadata stores and experiments through Google's client for Vertex AI. The argument says how it speaks: grpc or rest.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import aiplatform from "@google-cloud/aiplatform";
import { Storage } from "@google-cloud/storage";
import { grpc } from "google-gax";

const transport = process.argv[2] ?? "grpc";
const url = new URL(process.env.ISOBAR_GOOGLE_ENDPOINT);
const options = transport === "grpc"
  ? { apiEndpoint: url.hostname, port: Number(url.port), sslCreds: grpc.credentials.createInsecure() }
  : { apiEndpoint: url.hostname, port: Number(url.port), protocol: "http", fallback: true };
const { PipelineServiceClient, MetadataServiceClient, JobServiceClient } = aiplatform.v1;
const { toValue } = aiplatform.helpers;
const pipelines = new PipelineServiceClient(options), metadata = new MetadataServiceClient(options), jobs = new JobServiceClient(options);
const parent = `projects/${process.env.GOOGLE_CLOUD_PROJECT}/locations/us-central1`;
const bucket = new Storage().bucket("pipelines-" + randomBytes(6).toString("hex"));
const unique = (name) => `${name}-${randomBytes(4).toString("hex")}`;
const http = { 3: 400, 5: 404, 6: 409, 9: 400, 12: 501 };
const fails = async (promise, code, text) => {
  const error = await promise.then(() => assert.fail(`${code} expected`), (e) => e);
  assert.equal(Number(error.code), transport === "grpc" ? code : http[code], error.stack);
  if (text) assert.match(error.message, text);
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const struct = (object) => toValue(object).structValue;
const one = (v) => (v.structValue ? plain(v.structValue) : v.listValue ? v.listValue.values.map(one) : v.stringValue ?? v.numberValue ?? v.boolValue ?? null);
const plain = (value) => Object.fromEntries(Object.entries(value.fields).map(([name, field]) => [name, one(field)]));

// As Kubeflow's compiler writes components, their containers and their tasks.
const script = "program_path=$(mktemp -d)\n\nprintf \"%s\" \"$0\" > \"$program_path/ephemeral_component.py\"\n_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main --component_module_path \"$program_path/ephemeral_component.py\" \"$@\"\n";
const install = "\nif ! [ -x \"$(command -v pip)\" ]; then\n    python3 -m ensurepip || python3 -m ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip install --quiet --no-warn-script-location 'kfp==2.13.0' '--no-deps' 'typing-extensions>=3.7.4,<5; python_version<\"3.9\"' && \"$0\" \"$@\"\n";
const python = (name, code) => ({
  container: {
    image: "python:3.11",
    command: ["sh", "-c", install, "sh", "-ec", script, "\nimport kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\nfrom typing import *\n\n" + code],
    args: ["--executor_input", "{{$}}", "--function_to_execute", name],
  },
});
const shell = (text, ...args) => ({ container: { image: "any", command: ["sh", "-ec", text], args } });
const parameter = (type, more) => ({ parameterType: type, ...more });
const artifact = (title) => ({ artifactType: { schemaTitle: title, schemaVersion: "0.0.1" } });
const task = (name, inputs = {}, more = {}) => ({ componentRef: { name: `comp-${name}` }, taskInfo: { name }, cachingOptions: { enableCache: true }, inputs, ...more });
const constant = (value) => ({ runtimeValue: { constant: value } });
const from = (producerTask, outputParameterKey) => ({ taskOutputParameter: { producerTask, outputParameterKey } });
const made = (producerTask, outputArtifactKey) => ({ taskOutputArtifact: { producerTask, outputArtifactKey } });
const outer = (name) => ({ componentInputParameter: name });

const finished = async (name) => {
  for (let i = 0; i < 1500; i++) {
    const [job] = await pipelines.getPipelineJob({ name });
    if (["PIPELINE_STATE_SUCCEEDED", "PIPELINE_STATE_FAILED", "PIPELINE_STATE_CANCELLED"].includes(job.state)) return job;
    await sleep(200);
  }
  assert.fail(`${name} did not end`);
};
const submit = async (pipelineSpec, parameterValues = {}, more = {}) => {
  const values = Object.fromEntries(Object.entries(parameterValues).map(([k, v]) => [k, toValue(v)]));
  const [job] = await pipelines.createPipelineJob({ parent, pipelineJob: { displayName: "test", ...(pipelineSpec && { pipelineSpec: struct(pipelineSpec) }), runtimeConfig: { gcsOutputDirectory: `gs://${bucket.name}/root`, parameterValues: values }, ...more } });
  return job;
};
const detail = (job, name) => job.jobDetail.taskDetails.find((t) => t.taskName === name) ?? assert.fail(`no task ${name} among ${job.jobDetail.taskDetails.map((t) => t.taskName)}`);
const states = (job) => Object.fromEntries(job.jobDetail.taskDetails.map((t) => [t.taskName, t.state]));
const explained = (job) => `${job.error?.message}\n${JSON.stringify(job.jobDetail.taskDetails.map((t) => [t.taskName, t.state, t.error?.message]))}`;

// Eight kinds of step: an importer, Python, an algorithm of the engine in a loop, shell with retries, conditions, and an exit handler.
const penguins = (name) => ({
  pipelineInfo: { name },
  schemaVersion: "2.1.0",
  sdkVersion: "kfp-2.13.0",
  deploymentSpec: {
    executors: {
      "exec-importer": { importer: { artifactUri: { constant: `gs://${bucket.name}/data/penguins.csv` }, typeSchema: { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" }, metadata: { species: 3 } } },
      "exec-prepare": python("prepare", [
        "def prepare(data: Input[Dataset], part: int, train: Output[Dataset], held: Output[Dataset]) -> NamedTuple('Outputs', [('rows', int), ('columns', list)]):",
        "    from collections import namedtuple",
        "    with open(data.path) as file:",
        "        lines = [l for l in file.read().split('\\n') if l and ',NA' not in l]",
        "    kept = [l for i, l in enumerate(lines[1:]) if i % part], [l for i, l in enumerate(lines[1:]) if i % part == 0]",
        "    for artifact, rows in zip((train, held), kept):",
        "        with open(artifact.path, 'w') as file:",
        "            file.write('\\n'.join([lines[0], *rows]) + '\\n')",
        "        artifact.metadata['rows'] = len(rows)",
        "    print('species', data.metadata['species'])",
        "    return namedtuple('Outputs', ['rows', 'columns'])(len(lines) - 1, lines[0].split(','))",
        "",
      ].join("\n")),
      "exec-train": { container: { image: "us-docker.pkg.dev/any/isobar/boosted-trees:latest", args: ["--task=multiclass", "--label=species", "--rounds={{$.inputs.parameters['rounds']}}", "--seed={{$.inputs.parameters['seed']}}", "--train={{$.inputs.artifacts['train'].uri}}", "--validation={{$.inputs.artifacts['held'].uri}}"] } },
      "exec-choose": python("choose", "def choose(accuracies: List[float], models: Input[List[Model]], best: Output[Model]) -> float:\n    at = accuracies.index(max(accuracies))\n    best.uri = models[at].uri\n    best.metadata['of'] = len(models)\n    return accuracies[at]\n"),
      // The second attempt has a folder of its own.
      "exec-announce": shell('case "$1" in */*_2/said) mkdir -p "$(dirname "$1")"; printf "%s" "$0" > "$1";; *) echo not yet; exit 3;; esac', "{{$.inputs.parameters['text']}}", "{{$.outputs.parameters['said'].output_file}}"),
      "exec-apologise": shell("exit 1"),
      "exec-report": python("report", "def report(said: str, best: float, metrics: Output[Metrics], curve: Output[ClassificationMetrics], fail: bool = False):\n    metrics.log_metric('best', best)\n    metrics.log_metric('said', said)\n    curve.log_confusion_matrix(['a', 'b'], [[1, 2], [3, 4]])\n    if fail:\n        raise ValueError('as asked')\n"),
      "exec-finish": python("finish", "def finish(status: PipelineTaskFinalStatus, note: str) -> str:\n    return f'{note} {status.pipeline_task_name} {status.state}'\n"),
    },
  },
  components: {
    "comp-importer": { executorLabel: "exec-importer", outputDefinitions: { artifacts: { artifact: artifact("system.Dataset") } } },
    "comp-prepare": { executorLabel: "exec-prepare", inputDefinitions: { artifacts: { data: artifact("system.Dataset") }, parameters: { part: parameter("NUMBER_INTEGER") } }, outputDefinitions: { artifacts: { train: artifact("system.Dataset"), held: artifact("system.Dataset") }, parameters: { rows: parameter("NUMBER_INTEGER"), columns: parameter("LIST") } } },
    "comp-train": { executorLabel: "exec-train", inputDefinitions: { artifacts: { train: artifact("system.Dataset"), held: artifact("system.Dataset") }, parameters: { rounds: parameter("NUMBER_INTEGER"), seed: parameter("NUMBER_INTEGER") } }, outputDefinitions: { artifacts: { model: artifact("system.Model"), metrics: artifact("system.Metrics") }, parameters: { accuracy: parameter("NUMBER_DOUBLE") } } },
    "comp-for-loop-2": {
      dag: {
        tasks: { train: task("train", { artifacts: { train: { componentInputArtifact: "train" }, held: { componentInputArtifact: "held" } }, parameters: { rounds: outer("rounds"), seed: outer("seeds-loop-item") } }) },
        outputs: { parameters: { accuracies: { valueFromParameter: { producerSubtask: "train", outputParameterKey: "accuracy" } } }, artifacts: { models: { artifactSelectors: [{ producerSubtask: "train", outputArtifactKey: "model" }] } } },
      },
      inputDefinitions: { artifacts: { train: artifact("system.Dataset"), held: artifact("system.Dataset") }, parameters: { rounds: parameter("NUMBER_INTEGER"), seeds: parameter("LIST"), "seeds-loop-item": parameter("NUMBER_INTEGER") } },
      outputDefinitions: { artifacts: { models: { ...artifact("system.Model"), isArtifactList: true } }, parameters: { accuracies: parameter("LIST") } },
    },
    "comp-choose": { executorLabel: "exec-choose", inputDefinitions: { artifacts: { models: { ...artifact("system.Model"), isArtifactList: true } }, parameters: { accuracies: parameter("LIST") } }, outputDefinitions: { artifacts: { best: artifact("system.Model") }, parameters: { Output: parameter("NUMBER_DOUBLE") } } },
    "comp-announce": { executorLabel: "exec-announce", inputDefinitions: { parameters: { text: parameter("STRING"), best: parameter("NUMBER_DOUBLE") } }, outputDefinitions: { parameters: { said: parameter("STRING") } } },
    "comp-apologise": { executorLabel: "exec-apologise" },
    "comp-condition-4": { dag: { tasks: { announce: task("announce", { parameters: { best: outer("best"), text: constant("good enough at {{$.inputs.parameters['best']}}") } }, { retryPolicy: { maxRetryCount: 2, backoffDuration: "0s", backoffFactor: 2, backoffMaxDuration: "3600s" } }) }, outputs: { parameters: { said: { valueFromParameter: { producerSubtask: "announce", outputParameterKey: "said" } } } } }, inputDefinitions: { parameters: { best: parameter("NUMBER_DOUBLE") } }, outputDefinitions: { parameters: { said: parameter("STRING") } } },
    "comp-condition-5": { dag: { tasks: { apologise: task("apologise") } }, inputDefinitions: { parameters: { best: parameter("NUMBER_DOUBLE") } } },
    "comp-report": { executorLabel: "exec-report", inputDefinitions: { parameters: { said: parameter("STRING"), best: parameter("NUMBER_DOUBLE"), fail: parameter("BOOLEAN", { isOptional: true, defaultValue: false }) } }, outputDefinitions: { artifacts: { metrics: artifact("system.Metrics"), curve: artifact("system.ClassificationMetrics") } } },
    "comp-finish": { executorLabel: "exec-finish", inputDefinitions: { parameters: { status: parameter("TASK_FINAL_STATUS", { isOptional: true }), note: parameter("STRING") } }, outputDefinitions: { parameters: { Output: parameter("STRING") } } },
    "comp-exit-handler-1": {
      dag: {
        tasks: {
          importer: task("importer"),
          prepare: task("prepare", { artifacts: { data: made("importer", "artifact") }, parameters: { part: constant(5) } }, { dependentTasks: ["importer"] }),
          "for-loop-2": task("for-loop-2", { artifacts: { train: made("prepare", "train"), held: made("prepare", "held") }, parameters: { rounds: outer("rounds"), seeds: outer("seeds") } }, { dependentTasks: ["prepare"], parameterIterator: { itemInput: "seeds-loop-item", items: { inputParameter: "seeds" } }, iteratorPolicy: { parallelismLimit: 1 } }),
          choose: task("choose", { artifacts: { models: made("for-loop-2", "models") }, parameters: { accuracies: from("for-loop-2", "accuracies") } }, { dependentTasks: ["for-loop-2"] }),
          "condition-4": task("condition-4", { parameters: { best: from("choose", "Output") } }, { dependentTasks: ["choose"], triggerPolicy: { condition: "inputs.parameter_values['best'] >= 0.5" } }),
          "condition-5": task("condition-5", { parameters: { best: from("choose", "Output") } }, { dependentTasks: ["choose"], triggerPolicy: { condition: "!(inputs.parameter_values['best'] >= 0.5)" } }),
          report: task("report", { parameters: { said: from("condition-4", "said"), best: from("choose", "Output"), fail: outer("fail") } }, { dependentTasks: ["condition-4", "choose"] }),
        },
      },
      inputDefinitions: { parameters: { rounds: parameter("NUMBER_INTEGER"), seeds: parameter("LIST"), fail: parameter("BOOLEAN") } },
    },
  },
  root: {
    dag: {
      tasks: {
        "exit-handler-1": task("exit-handler-1", { parameters: { rounds: outer("rounds"), seeds: outer("seeds"), fail: outer("fail") } }),
        finish: task("finish", { parameters: { status: { taskFinalStatus: { producerTask: "exit-handler-1" } }, note: constant("over:") } }, { dependentTasks: ["exit-handler-1"], triggerPolicy: { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" } }),
      },
    },
    inputDefinitions: { parameters: { rounds: parameter("NUMBER_INTEGER", { defaultValue: 10 }), seeds: parameter("LIST", { defaultValue: [1, 2] }), fail: parameter("BOOLEAN", { defaultValue: false, isOptional: true }) } },
  },
});

async function wholePipeline() {
  const name = unique("penguins");
  const job = await finished((await submit(penguins(name), { rounds: 8 }, { labels: { team: "blue" } })).name);
  assert.equal(job.state, "PIPELINE_STATE_SUCCEEDED", explained(job));
  const ends = states(job);
  assert.deepEqual([ends["condition-4"], ends["condition-5"], ends.report, ends.finish], ["SUCCEEDED", "NOT_TRIGGERED", "SUCCEEDED", "SUCCEEDED"]);
  assert.ok(!("apologise" in ends), "the tasks of a condition that did not hold are never made");
  // The loop: one train for each seed, below its iteration.
  const trained = job.jobDetail.taskDetails.filter((t) => t.taskName === "train");
  assert.equal(trained.length, 2);
  const first = detail(job, "for-loop-2-0");
  assert.equal(String(first.parentTaskId), String(detail(job, "for-loop-2").taskId));
  assert.ok(trained.some((t) => String(t.parentTaskId) === String(first.taskId)));
  for (const each of trained) {
    const uri = each.outputs.model.artifacts[0].uri;
    assert.ok((await bucket.file(uri.slice(`gs://${bucket.name}/`.length) + "/model.tar.gz").exists())[0], uri);
    assert.equal((await jobs.getCustomJob({ name: each.executorDetail.containerDetail.mainJob }))[0].state, "JOB_STATE_SUCCEEDED");
  }
  // What Python said of its artifacts and returned.
  const prepared = detail(job, "prepare");
  const whole = penguinsCsv.split("\n").filter((l) => l && !l.includes(",NA")).length - 1;
  assert.equal(plain(prepared.outputs.train.artifacts[0].metadata).rows, whole - Math.ceil(whole / 5));
  assert.equal(plain(prepared.execution.metadata)["output:rows"], whole);
  assert.equal(plain(detail(job, "choose").outputs.best.artifacts[0].metadata).of, 2);
  const report = detail(job, "report");
  const metrics = plain(report.outputs.metrics.artifacts[0].metadata);
  assert.ok(metrics.best > 0.5 && metrics.said === `good enough at ${metrics.best}`, JSON.stringify(metrics));
  assert.deepEqual(plain(report.outputs.curve.artifacts[0].metadata).confusionMatrix.rows[1].row, [3, 4]);
  // The second attempt was the good one.
  assert.equal(detail(job, "announce").executorDetail.containerDetail.failedMainJobs.length, 1);
  assert.equal(plain(detail(job, "finish").execution.metadata)["output:Output"], "over: exit-handler-1 SUCCEEDED");

  // The same again: what is cached is not run, and what fails ends in the exit handler.
  const again = await finished((await submit(penguins(name), { rounds: 8, fail: true })).name);
  assert.equal(again.state, "PIPELINE_STATE_FAILED", explained(again));
  const later = states(again);
  assert.deepEqual([later.prepare, later.train, later.choose, later.announce, later.report, later["exit-handler-1"]], ["SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED", "FAILED", "FAILED"]);
  assert.equal(detail(again, "prepare").outputs.train.artifacts[0].uri, prepared.outputs.train.artifacts[0].uri);
  assert.match(again.error.message, /report/);
  assert.equal(plain(detail(again, "finish").execution.metadata)["output:Output"], "over: exit-handler-1 FAILED");
  await lineage(job, again);
}

// What the pipeline wrote into the metadata store.
async function lineage(job, again) {
  const store = `${parent}/metadataStores/default`;
  const run = job.jobDetail.pipelineRunContext.name;
  const [graph] = await metadata.queryContextLineageSubgraph({ context: run });
  assert.ok(graph.executions.length >= 8 && graph.artifacts.length >= 8 && graph.events.length >= 12, JSON.stringify([graph.executions.length, graph.artifacts.length, graph.events.length]));
  const [found] = await metadata.listArtifacts({ parent: store, filter: `schema_title="system.Model" AND in_context("${run}")` });
  assert.equal(found.length, 3);
  const [good] = await metadata.listArtifacts({ parent: store, filter: `in_context("${run}") AND schema_title="system.Metrics" AND metadata.best.number_value > 0.5` });
  assert.equal(good.length, 1);
  const [cached] = await metadata.listExecutions({ parent: store, filter: `in_context("${again.jobDetail.pipelineRunContext.name}") AND state=CACHED` });
  assert.ok(cached.length >= 4);
  const [around] = await metadata.queryArtifactLineageSubgraph({ artifact: detail(job, "prepare").outputs.train.artifacts[0].name, maxHops: 1 });
  assert.ok(around.executions.some((e) => e.displayName === "prepare"));
  const [runs] = await metadata.listContexts({ parent: store, filter: `schema_title="system.PipelineRun" AND parent_contexts:"${job.jobDetail.pipelineContext.name}"` });
  assert.equal(runs.length, 2);
}

const small = (name, executors, tasks, components, inputs = {}) => ({ pipelineInfo: { name }, schemaVersion: "2.1.0", deploymentSpec: { executors }, components, root: { dag: { tasks }, inputDefinitions: inputs } });

async function templatesAndFaults() {
  const name = unique("small");
  const spec = small(name, { "exec-say": shell('mkdir -p "$(dirname "$1")"; printf "%s" "$0" > "$1"', '{"Concat": ["{{$.inputs.parameters[\'what\']}}", "!"]}', "{{$.outputs.parameters['said'].output_file}}") }, { say: task("say", { parameters: { what: outer("what") } }) },
    { "comp-say": { executorLabel: "exec-say", inputDefinitions: { parameters: { what: parameter("STRING") } }, outputDefinitions: { parameters: { said: parameter("STRING") } } } }, { parameters: { what: parameter("STRING") } });
  const yaml = `# PIPELINE DEFINITION\npipelineInfo:\n  name: ${name}\nschemaVersion: 2.1.0\nsdkVersion: kfp-2.13.0\ndeploymentSpec: ${JSON.stringify(spec.deploymentSpec)}\ncomponents: ${JSON.stringify(spec.components)}\nroot:\n  dag:\n    tasks:\n      say:\n        componentRef:\n          name: comp-say\n        inputs:\n          parameters:\n            what:\n              componentInputParameter: what\n        taskInfo:\n          name: say\n  inputDefinitions:\n    parameters:\n      what:\n        parameterType: STRING\n---\nplatforms: {}\n`;
  await bucket.file("templates/small.yaml").save(yaml, { resumable: false });
  const job = await finished((await submit(undefined, { what: "hello" }, { templateUri: `gs://${bucket.name}/templates/small.yaml` })).name);
  assert.equal(job.state, "PIPELINE_STATE_SUCCEEDED", explained(job));
  assert.equal(plain(detail(job, "say").execution.metadata)["output:said"], "hello!");

  const id = unique("own");
  const [own] = await pipelines.createPipelineJob({ parent, pipelineJobId: id, pipelineJob: { pipelineSpec: struct(spec), runtimeConfig: { gcsOutputDirectory: `gs://${bucket.name}/root`, parameterValues: { what: toValue("x") } } } });
  assert.equal(own.name.split("/").pop(), id);
  await fails(pipelines.createPipelineJob({ parent, pipelineJobId: id, pipelineJob: { pipelineSpec: struct(spec), runtimeConfig: { gcsOutputDirectory: `gs://${bucket.name}/root`, parameterValues: { what: toValue("x") } } } }), 6);
  await finished(own.name);
  await fails(submit(spec), 3, /what/);
  await fails(submit(spec, { what: "x", unknown: 1 }), 3, /unknown/);
  await fails(submit({ ...spec, schemaVersion: "1.0" }, { what: "x" }), 3, /schemaVersion/);
  await fails(submit({ ...spec, components: {} }, { what: "x" }), 3, /comp-say/);
  await fails(pipelines.getPipelineJob({ name: `${parent}/pipelineJobs/nothing` }), 5);

  const slow = small(unique("slow"), { "exec-slow": shell("sleep 600") }, { slow: task("slow") }, { "comp-slow": { executorLabel: "exec-slow" } });
  const running = await submit(slow);
  await fails(pipelines.deletePipelineJob({ name: running.name }), 9);
  await pipelines.cancelPipelineJob({ name: running.name });
  assert.equal((await finished(running.name)).state, "PIPELINE_STATE_CANCELLED");
  assert.equal((await pipelines.listPipelineJobs({ parent, filter: `pipeline_name="${name}" AND state="PIPELINE_STATE_SUCCEEDED"` }))[0].length, 2);
  const [deletion] = await pipelines.deletePipelineJob({ name: own.name });
  await deletion.promise();
  await fails(pipelines.getPipelineJob({ name: own.name }), 5);

  const several = [await submit(slow), await submit(slow), job].map((j) => j.name);
  await fails(pipelines.batchDeletePipelineJobs({ parent, names: several }), 9, /cancel it first/);
  assert.equal((await pipelines.getPipelineJob({ name: job.name }))[0].state, "PIPELINE_STATE_SUCCEEDED");
  await fails(pipelines.batchCancelPipelineJobs({ parent, names: [...several, `${parent}/pipelineJobs/nothing`] }), 5);
  const [cancelled] = await (await pipelines.batchCancelPipelineJobs({ parent, names: several }))[0].promise();
  // Inside of an operation the client leaves states as numbers.
  const { PipelineState } = aiplatform.protos.google.cloud.aiplatform.v1;
  assert.deepEqual(cancelled.pipelineJobs.map((j) => [j.name, j.state]), several.slice(0, 2).map((n) => [n, PipelineState.PIPELINE_STATE_CANCELLED]));
  const [deleted] = await (await pipelines.batchDeletePipelineJobs({ parent, names: several }))[0].promise();
  assert.deepEqual(deleted.pipelineJobs.map((j) => j.name), several);
  for (const each of several) await fails(pipelines.getPipelineJob({ name: each }), 5);
  await fails(pipelines.batchDeletePipelineJobs({ parent, names: [] }), 3, /names/);
}

// As google-cloud-aiplatform logs experiments: contexts with parameters and metrics in their metadata.
async function experiments() {
  const store = `${parent}/metadataStores/${unique("store")}`;
  const [making] = await metadata.createMetadataStore({ parent, metadataStoreId: store.split("/").pop(), metadataStore: { description: "of the tests" } });
  assert.equal((await making.promise())[0].name, store);
  const experiment = `${store}/contexts/exp`;
  await fails(metadata.getContext({ name: experiment }), 5);
  await metadata.createContext({ parent: store, contextId: "exp", context: { displayName: "exp", schemaTitle: "system.Experiment", schemaVersion: "0.0.1", metadata: struct({ experiment_deleted: false }) } });
  const [run] = await metadata.createContext({ parent: store, contextId: "exp-run-1", context: { displayName: "run-1", schemaTitle: "system.ExperimentRun", schemaVersion: "0.0.1", metadata: struct({ _params: {}, _metrics: {}, _state: "RUNNING" }) } });
  await metadata.addContextChildren({ context: experiment, childContexts: [run.name] });
  await metadata.updateContext({ context: { ...run, metadata: struct({ _params: { rate: 0.1 }, _metrics: { accuracy: 0.97 }, _state: "COMPLETE" }) } });
  const [listed] = await metadata.listContexts({ parent: store, filter: `schema_title="system.ExperimentRun" AND parent_contexts:"${experiment}"` });
  assert.deepEqual(plain(listed[0].metadata), { _params: { rate: 0.1 }, _metrics: { accuracy: 0.97 }, _state: "COMPLETE" });
  const [model] = await metadata.createArtifact({ parent: store, artifactId: "m", artifact: { displayName: "m", uri: "gs://a/b", schemaTitle: "system.Model", schemaVersion: "0.0.1", state: "LIVE" } });
  const [execution] = await metadata.createExecution({ parent: store, executionId: "fit", execution: { displayName: "fit", schemaTitle: "system.CustomJobExecution", schemaVersion: "0.0.1", state: "RUNNING" } });
  await metadata.addExecutionEvents({ execution: execution.name, events: [{ artifact: model.name, type: "OUTPUT" }] });
  await metadata.addContextArtifactsAndExecutions({ context: run.name, artifacts: [model.name], executions: [execution.name] });
  const [graph] = await metadata.queryContextLineageSubgraph({ context: run.name });
  assert.deepEqual([graph.artifacts[0].name, graph.executions[0].name, graph.events[0].type], [model.name, execution.name, "OUTPUT"]);
  const [inside] = await metadata.queryExecutionInputsAndOutputs({ execution: execution.name });
  assert.equal(inside.artifacts.length, 1);
  await fails(metadata.deleteContext({ name: run.name }), 9);
  await (await metadata.deleteContext({ name: run.name, force: true }))[0].promise();
  for (const n of [1, 2, 3]) await metadata.createArtifact({ parent: store, artifactId: `old-${n}`, artifact: { displayName: n < 3 ? "old" : "new", schemaTitle: "system.Dataset", schemaVersion: "0.0.1" } });
  const purge = async (what, request) => (await (await metadata[what]({ parent: store, ...request }))[0].promise())[0];
  const would = await purge("purgeArtifacts", { filter: 'display_name="old"' });
  assert.deepEqual([Number(would.purgeCount), would.purgeSample.sort()], [2, [1, 2].map((n) => `${store}/artifacts/old-${n}`)]);
  const did = await purge("purgeArtifacts", { filter: 'display_name="old"', force: true });
  assert.deepEqual([Number(did.purgeCount), did.purgeSample], [2, []]);
  assert.deepEqual((await metadata.listArtifacts({ parent: store }))[0].map((a) => a.displayName).sort(), ["m", "new"]);
  assert.equal(Number((await purge("purgeExecutions", { filter: `create_time<="${new Date(Date.now() + 60_000).toISOString()}"`, force: true })).purgeCount), 1);
  await fails(metadata.getExecution({ name: execution.name }), 5);
  assert.equal(Number((await purge("purgeContexts", { filter: 'display_name="nothing"', force: true })).purgeCount), 0);
  await fails(metadata.purgeContexts({ parent: store, force: true }), 3, /filter/);
  await (await metadata.deleteMetadataStore({ name: store }))[0].promise();
  await fails(metadata.getArtifact({ name: model.name }), 5);
}

const penguinsCsv = readFileSync(fileURLToPath(new URL("../../../data/datasets/penguins.csv", import.meta.url)), "utf8").replace(/\r\n/g, "\n");
await bucket.create();
await bucket.file("data/penguins.csv").save(penguinsCsv, { resumable: false });
await experiments();
console.log("experiments");
await templatesAndFaults();
console.log("templatesAndFaults");
// One whole run is enough for both transports.
if (transport === "grpc") await wholePipeline();
console.log("allDone");
