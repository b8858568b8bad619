// Schedules: what a recurrence and a cron trigger create by the clock.
import assert from "node:assert/strict";
import { all, arm, client, completed, group, put, quick, read, run, sleep, unique, until, ws, wsId } from "./azure-workspace.mjs";

const job = (command) => ({ jobType: "Command", command, environmentId: "azureml:any:1", experimentName: "by the clock" });
const turns = async (schedule) => (await arm("GET", `${wsId}/jobs?scheduleId=${schedule}`)).body.value;
const soon = (seconds) => new Date(Date.now() + seconds * 1000).toISOString().slice(0, 19);

async function recurrence() {
  const name = unique("minutely");
  // Counted from a start in the past, the next minute is up in a moment.
  const made = await client.schedules.beginCreateOrUpdateAndWait(group, ws, name, { properties: {
    trigger: { triggerType: "Recurrence", frequency: "Minute", interval: 1, startTime: soon(-57) }, action: { actionType: "CreateJob", jobDefinition: job("echo on time > outputs/note.txt") },
  } }, quick);
  assert.deepEqual([made.properties.isEnabled, made.properties.provisioningState, made.properties.trigger.timeZone], [true, "Succeeded", "UTC"]);
  const [turn] = await until(() => turns(name), (t) => t.length > 0, "a turn");
  assert.match(turn.name, new RegExp(`^${name}-\\d{8}T\\d{6}Z$`));
  await completed(turn.name);
  assert.equal(await read(`ExperimentRun/dcid.${turn.name}/outputs/note.txt`), "on time\n");
  await client.schedules.beginDeleteAndWait(group, ws, name, quick);
  assert.equal((await arm("GET", `${wsId}/schedules/${name}`)).status, 404);
}

async function listsAndSwitches() {
  const [on, off] = [unique("on"), unique("off")];
  const cron = { triggerType: "Cron", expression: "0 3 * * 1", timeZone: "Europe/Berlin" };
  await put(`${wsId}/schedules/${on}`, { trigger: cron, action: { actionType: "CreateJob", jobDefinition: job("true") } });
  await put(`${wsId}/schedules/${off}`, { isEnabled: false, trigger: { triggerType: "Recurrence", frequency: "Minute", interval: 1, startTime: soon(-59) }, action: { actionType: "CreateJob", jobDefinition: job("true") } });
  assert.deepEqual((await all(client.schedules.list(group, ws))).map((s) => s.name), [on]);
  assert.deepEqual((await all(client.schedules.list(group, ws, { listViewType: "DisabledOnly" }))).map((s) => s.name), [off]);
  assert.equal((await client.schedules.get(group, ws, on)).properties.trigger.expression, "0 3 * * 1");
  await sleep(2500);
  assert.deepEqual([await turns(on), await turns(off)], [[], []]);
}

async function refusals() {
  const trigger = { triggerType: "Cron", expression: "0 3 * * 1" }, action = { actionType: "CreateJob", jobDefinition: job("true") };
  const refused = async (properties, target) => {
    const reply = await arm("PUT", `${wsId}/schedules/${unique("bad")}`, { properties });
    assert.deepEqual([reply.status, reply.body.error.target], [400, target], reply.text);
  };
  await refused({ trigger }, "properties.action");
  await refused({ action }, "properties.trigger");
  await refused({ action, trigger: { triggerType: "Cron", expression: "soon" } }, "properties.trigger.expression");
  await refused({ action, trigger: { ...trigger, timeZone: "Middle/Earth" } }, "properties.trigger.timeZone");
  await refused({ action, trigger: { triggerType: "Recurrence", frequency: "Fortnight", interval: 1 } }, "properties.trigger.frequency");
  await refused({ action, trigger: { triggerType: "Recurrence", frequency: "Day", interval: 1, schedule: { hours: [25], minutes: [0] } } }, "properties.trigger.schedule.hours");
  await refused({ trigger, action: { actionType: "CreateJob", jobDefinition: { jobType: "Command", environmentId: "e" } } }, "properties.command");
  await refused({ trigger, action: { actionType: "ImportData" } }, "properties.action.actionType");
  assert.equal((await all(client.schedules.list(group, ws, { listViewType: "All" }))).length, 2);
}

await run(recurrence, listsAndSwitches, refusals);
