// Schedules of pipelines through Google's client for Vertex AI. The argument says how it speaks: grpc or rest.
import assert from "node:assert/strict";
import { bucket, fails, helpers, options, parent, run, sleep, transport, unique, url, v1 } from "./vertex-setup.mjs";

const schedules = new v1.ScheduleServiceClient(options), pipelines = new v1.PipelineServiceClient(options);
const pipelineSpec = helpers.toValue({
  schemaVersion: "2.1.0",
  sdkVersion: "kfp-2.13.0",
  pipelineInfo: { name: "by-the-clock" },
  root: { dag: { tasks: { say: { componentRef: { name: "comp-say" }, taskInfo: { name: "say" } } } } },
  components: { "comp-say": { executorLabel: "exec-say" } },
  deploymentSpec: { executors: { "exec-say": { container: { image: "any", command: ["sh", "-c", "true"] } } } },
}).structValue;
const wish = (more = {}, job = {}) => ({
  displayName: unique("nightly"),
  cron: "CRON_TZ=Europe/Berlin 30 2 * * *",
  maxConcurrentRunCount: 1,
  createPipelineJobRequest: { parent, pipelineJob: { displayName: "by the clock", pipelineSpec, runtimeConfig: { gcsOutputDirectory: `gs://${bucket.name}/root` }, ...job } },
  ...more,
});
const date = (t) => new Date(Number(t.seconds) * 1000);
let name;

async function created() {
  const [made] = await schedules.createSchedule({ parent, schedule: wish({ startedRunCount: 7, state: "PAUSED" }) });
  name = made.name;
  assert.match(name, /\/schedules\/\d+$/);
  assert.deepEqual([made.state, Number(made.startedRunCount), made.catchUp], ["ACTIVE", 0, false]);
  // Half past two in Berlin, winter or summer.
  assert.ok(["00:30", "01:30"].includes(date(made.nextRunTime).toISOString().slice(11, 16)), JSON.stringify(made.nextRunTime));
  const [got] = await schedules.getSchedule({ name });
  assert.deepEqual(got, made);
}

async function listed() {
  const [other] = await schedules.createSchedule({ parent, schedule: wish() });
  const [all] = await schedules.listSchedules({ parent, filter: 'state="ACTIVE"' });
  assert.ok(all.some((s) => s.name === name) && all.some((s) => s.name === other.name));
  const [one] = await schedules.listSchedules({ parent, filter: `display_name="${other.displayName}"` });
  assert.deepEqual(one.map((s) => s.name), [other.name]);
  const [operation] = await schedules.deleteSchedule({ name: other.name });
  await operation.promise();
  await fails(schedules.getSchedule({ name: other.name }), 5);
}

async function pausedAndResumed() {
  await schedules.pauseSchedule({ name });
  const [paused] = await schedules.getSchedule({ name });
  assert.deepEqual([paused.state, paused.nextRunTime], ["PAUSED", null]);
  assert.ok(paused.lastPauseTime);
  await fails(schedules.pauseSchedule({ name }), 9, /PAUSED/);
  // As curl asks in Google's documents: no body is an empty message, with a type and without one.
  for (const [method, headers] of [["resume", { "content-type": "application/json; charset=utf-8" }], ["pause", {}]]) {
    const reply = await fetch(new URL(`/v1/${name}:${method}`, url), { method: "POST", headers });
    assert.ok(reply.ok, await reply.text());
  }
  await schedules.resumeSchedule({ name, catchUp: true });
  const [resumed] = await schedules.getSchedule({ name });
  assert.deepEqual([resumed.state, resumed.catchUp], ["ACTIVE", true]);
  assert.ok(resumed.lastResumeTime && resumed.nextRunTime);
  await fails(schedules.resumeSchedule({ name }), 9, /ACTIVE/);
}

async function updated() {
  const [changed] = await schedules.updateSchedule({ schedule: { name, cron: "0 5 1 * *", displayName: "kept", maxConcurrentRunCount: 3 }, updateMask: { paths: ["cron", "max_concurrent_run_count"] } });
  assert.equal(date(changed.nextRunTime).toISOString().slice(8, 16), "01T05:00");
  assert.notEqual(changed.displayName, "kept");
  assert.equal(Number(changed.maxConcurrentRunCount), 3);
  await fails(schedules.updateSchedule({ schedule: { name, state: "PAUSED" }, updateMask: { paths: ["state"] } }), 3, /state/);
}

async function refused() {
  const no = (schedule, code, text) => fails(schedules.createSchedule({ parent, schedule }), code, text);
  await no(wish({ displayName: "" }), 3, /display_name/);
  await no(wish({ cron: "every day" }), 3, /cron/);
  await no(wish({ cron: "TZ=Mars/Olympus 0 0 * * *" }), 3, /Mars/);
  await no(wish({ maxConcurrentRunCount: 0 }), 3, /max_concurrent_run_count/);
  await no(wish({ endTime: { seconds: 1 } }), 3, /end_time/);
  await no(wish({ createPipelineJobRequest: undefined }), 3, /create_pipeline_job_request/);
  await no(wish({}, { pipelineSpec: undefined }), 3, /pipeline_spec/);
  const named = wish();
  named.createPipelineJobRequest.pipelineJobId = "mine";
  await no(named, 3, /pipeline_job_id/);
}

// Once a minute, and once at all: the first turn is the last.
async function runByTheClock() {
  if (transport !== "grpc") return;
  const [made] = await schedules.createSchedule({ parent, schedule: wish({ cron: "* * * * *", maxRunCount: 1 }) });
  let now;
  for (let i = 0; i < 900; i++, await sleep(200)) {
    [now] = await schedules.getSchedule({ name: made.name });
    if (now.state === "COMPLETED") break;
  }
  assert.deepEqual([now.state, Number(now.startedRunCount), now.lastScheduledRunResponse.runResponse], ["COMPLETED", 1, "OK"]);
  assert.equal(date(now.lastScheduledRunResponse.scheduledRunTime).getUTCSeconds(), 0);
  const [jobs] = await pipelines.listPipelineJobs({ parent, filter: `schedule_name="${made.name}"` });
  assert.equal(jobs.length, 1);
  for (let i = 0; i < 300 && jobs[0].state !== "PIPELINE_STATE_SUCCEEDED"; i++, await sleep(200)) [jobs[0]] = await pipelines.getPipelineJob({ name: jobs[0].name });
  assert.deepEqual([jobs[0].state, jobs[0].scheduleName, jobs[0].displayName], ["PIPELINE_STATE_SUCCEEDED", made.name, "by the clock"]);
  await fails(schedules.pauseSchedule({ name: made.name }), 9, /COMPLETED/);
  await (await schedules.deleteSchedule({ name: made.name }))[0].promise();
}

async function takenDown() {
  await (await schedules.deleteSchedule({ name }))[0].promise();
  await fails(schedules.pauseSchedule({ name }), 5);
}

await run(created, listed, pausedAndResumed, updated, refused, runByTheClock, takenDown);
